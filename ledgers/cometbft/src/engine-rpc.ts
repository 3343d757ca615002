import { Agent, type IncomingMessage, request } from "node:http";
import { toBase64 } from "@firmament/core/bytes";
import { type Refusal, refusalFromJson, show } from "@firmament/core/errors";
import { refuseLedger } from "@firmament/replica";
import { refuse } from "./errors.ts";

const TIMEOUT_MS = 5000;
const MAX_ANSWER = 1_048_576;
const MAX_CONNECTIONS = 64;

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

async function bodyOf(answer: IncomingMessage): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > MAX_ANSWER) throw new RangeError(`the engine's answer is longer than ${MAX_ANSWER} bytes`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

/** How an application's refusal travels through the engine: in the `log` of its answer, with its HTTP status. */
export function refusalLog(refusal: Refusal): string {
  return JSON.stringify({ ...refusal.toJSON(), status: refusal.status });
}

function refusalOf(log: unknown): Refusal {
  let found: unknown;
  try {
    found = JSON.parse(String(log));
  } catch {
    found = undefined;
  }
  const status = member(found, "status");
  const refusal = typeof status === "number" ? refusalFromJson(status, found) : undefined;
  return refusal ?? refuse("ledger/engine", `It says ${show(log)}.`);
}

/** The organisation's own engine, behind its unix socket. */
export class EngineRpc implements Disposable {
  readonly #path: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: MAX_CONNECTIONS });

  /** @param path of the socket that the engine's RPC listens on */
  constructor(path: string) {
    this.#path = path;
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  /**
   * Puts a transaction into the engine's pool; that it is there already is no error. It promises no block.
   *
   * @throws Refusal of the application's admission, `ledger/busy` where the pool is full, `ledger/engine`
   */
  async broadcast(transaction: Uint8Array): Promise<void> {
    const answer = await this.#call("broadcast_tx_sync", { tx: toBase64(transaction) });
    const error = member(answer, "error");
    if (error !== undefined) {
      const text = `${String(member(error, "message"))}: ${String(member(error, "data"))}`;
      if (text.includes("already exists in cache")) return;
      if (text.includes("mempool is full")) throw refuseLedger("ledger/busy", "The engine's pool is full.");
      throw refuse("ledger/engine", `It says ${show(text)}.`);
    }
    const result = member(answer, "result");
    if (member(result, "code") !== 0) throw refusalOf(member(result, "log"));
  }

  async #call(method: string, params: object): Promise<unknown> {
    const body = JSON.stringify({ id: 0, jsonrpc: "2.0", method, params });
    const { promise, reject, resolve } = Promise.withResolvers<IncomingMessage>();
    const sent = request(
      {
        agent: this.#agent,
        headers: { "content-length": Buffer.byteLength(body), "content-type": "application/json" },
        method: "POST",
        path: "/",
        socketPath: this.#path,
        timeout: TIMEOUT_MS,
      },
      resolve,
    );
    sent.on("timeout", () => sent.destroy(new Error("the engine did not answer")));
    sent.on("error", reject);
    sent.end(body);
    try {
      return await bodyOf(await promise);
    } catch (cause) {
      throw refuse("ledger/engine", cause instanceof Error ? cause.message : "", { cause });
    }
  }
}
