import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { DropArgument, Socket } from "node:net";
import type { FrontLimits } from "./limits.ts";
import { remoteNetwork } from "./remote-network.ts";

type Tell = (event: "connections refused", details: { readonly network: string; readonly refused: number }) => void;

/** The operator hears at most once in this time, milliseconds, whatever a flood does. */
const TELL_MS = 60_000;

function refusals(tell: Tell): (address: string | undefined) => void {
  let refused = 0;
  let told = -Infinity;
  return (address = "") => {
    refused++;
    if (performance.now() - told < TELL_MS) return;
    told = performance.now();
    tell("connections refused", { network: remoteNetwork(address), refused });
    refused = 0;
  };
}

function boundNumber(server: Server, { maxConnections, maxOfAddress }: FrontLimits, tell: Tell): void {
  const open = new Map<string, number>();
  const refused = refusals(tell);
  // What listens already starts the handshake of TLS, or the parser: it hears of admitted connections only.
  const take = server.listeners("connection");
  server.removeAllListeners("connection");
  server.maxConnections = maxConnections;
  server.on("drop", (dropped?: DropArgument) => refused(dropped?.remoteAddress));
  server.on("connection", (socket: Socket) => {
    const address = socket.remoteAddress;
    const network = remoteNetwork(address ?? "");
    const count = open.get(network) ?? 0;
    if (count >= maxOfAddress) {
      socket.destroy();
      refused(address);
      return;
    }
    open.set(network, count + 1);
    socket.once("close", () => {
      const left = (open.get(network) ?? 0) - 1;
      if (left > 0) open.set(network, left);
      else open.delete(network);
    });
    for (const each of take) each.call(server, socket);
  });
}

// Where the front itself has nothing to send, silence is no stall: a ledger between two blocks.
function cutStalled(server: Server, stallMs: number): void {
  const newest = new WeakMap<Socket, ServerResponse>();
  server.prependListener("request", ({ socket }: IncomingMessage, response: ServerResponse) => {
    newest.set(socket, response);
  });
  server.setTimeout(stallMs, (socket) => {
    const response = newest.get(socket);
    const isOurTurn = response?.writableFinished === false && response.req.complete && socket.writableLength === 0;
    if (!isOurTurn) socket.destroy();
  });
}

/**
 * Bounds a front's connections, in number and in time. Whoever comes over a number is closed before TLS or HTTP begins.
 *
 * @param server before it listens
 */
export function boundFront(server: Server, limits: FrontLimits, tell: Tell): void {
  boundNumber(server, limits, tell);
  cutStalled(server, limits.stallMs);
  server.headersTimeout = limits.headersMs;
  server.requestTimeout = limits.requestMs;
  server.keepAliveTimeout = limits.keepAliveMs;
}
