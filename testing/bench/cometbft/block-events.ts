import { once } from "node:events";
import { connect, createServer, type Server } from "node:net";

/** One block as a subscriber of an engine sees it. */
export interface SeenBlock {
  /** Base64 of each transaction, with the code of its execution. */
  readonly transactions: readonly { readonly base64: string; readonly code: number }[];
}

interface BlockEvent {
  readonly data?: {
    readonly value: {
      readonly block: {
        readonly data: { readonly txs: string[] | null };
      };
      readonly result_finalize_block: { readonly tx_results: readonly { readonly code?: number }[] | null };
    };
  };
}

function blockOf(text: string): SeenBlock | undefined {
  const { data } = (JSON.parse(text) as { readonly result?: BlockEvent }).result ?? {};
  if (data === undefined) return undefined;
  const { block, result_finalize_block: results } = data.value;
  const codes = results.tx_results ?? [];
  const transactions = (block.data.txs ?? []).map((base64, i) => ({ base64, code: codes[i]?.code ?? 0 }));
  return { transactions };
}

// Node's WebSocket speaks TCP only.
async function bridgeTo(path: string): Promise<Server> {
  const bridge = createServer((client) => {
    const engine = connect(path);
    for (const socket of [client, engine]) socket.on("error", () => socket.destroy());
    client.pipe(engine).pipe(client);
  });
  bridge.listen(0, "127.0.0.1");
  await once(bridge, "listening");
  return bridge;
}

/** A subscription to an engine's new blocks. */
export class BlockEvents implements AsyncDisposable {
  readonly #socket: WebSocket;
  readonly #bridge: Server;

  private constructor(socket: WebSocket, bridge: Server) {
    this.#socket = socket;
    this.#bridge = bridge;
  }

  static async open(path: string, onBlock: (block: SeenBlock) => void): Promise<BlockEvents> {
    const bridge = await bridgeTo(path);
    const address = bridge.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/websocket`);
    const subscribed = Promise.withResolvers<undefined>();
    socket.addEventListener("error", () => {
      subscribed.reject(new Error("the engine's events cannot be subscribed to"));
    });
    socket.addEventListener("open", () => {
      const params = { query: "tm.event='NewBlock'" };
      socket.send(JSON.stringify({ id: 1, jsonrpc: "2.0", method: "subscribe", params }));
    });
    socket.addEventListener("message", ({ data }) => {
      subscribed.resolve(undefined);
      const block = blockOf(String(data));
      if (block !== undefined) onBlock(block);
    });
    await subscribed.promise;
    return new BlockEvents(socket, bridge);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#bridge, "close");
    this.#socket.close();
    this.#bridge.close();
    await closed;
  }
}
