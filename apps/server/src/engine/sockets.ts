/** Names of the unix sockets in an organisation's run folder, which application and engine have as their working folder. */
export const engineSockets = { abci: "abci.sock", rpc: "rpc.sock" } as const;
