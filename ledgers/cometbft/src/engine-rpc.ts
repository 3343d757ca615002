import { Agent, type IncomingMessage, request } from "node:http";
import { isAbsolute, relative } from "node:path";
import { toBase64 } from "@firmament/core/bytes";
import { type Refusal, show } from "@firmament/core/errors";
import { refuseLedger } from "@firmament/replica";
import { refuse } from "./errors.ts";
import { refusalOfLog } from "./refusal-log.ts";

const TIMEOUT_MS = 5000;
/** Room for what an engine tells of 500 peers. */
const MAX_ANSWER = 4_194_304;
const MAX_CONNECTIONS = 64;

interface Answer {
  readonly error: string | undefined;
  readonly result: unknown;
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

// A socket's path has at most 107 bytes, which may be true of one spelling only.
function shorter(path: string): string {
  const short = relative(process.cwd(), path);
  return isAbsolute(path) && short.length < path.length ? short : path;
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

function answerOf(body: unknown): Answer {
  const error = member(body, "error");
  const text = `${String(member(error, "message"))}: ${String(member(error, "data"))}`;
  return { error: error === undefined ? undefined : text, result: member(body, "result") };
}

const says = (text: unknown): Refusal => refuse("ledger/engine", `It says ${show(text)}.`);

/** The JSON-RPC of an organisation's own engine, behind its unix socket. */
export class EngineRpc implements Disposable {
  readonly #path: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: MAX_CONNECTIONS });

  /** @param path of the socket that the engine's RPC listens on */
  constructor(path: string) {
    this.#path = shorter(path);
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  /**
   * Calls a method.
   *
   * @param params by name; the engine wants its integers as decimal strings
   * @returns its result as the engine sent it, at most 4 MiB of JSON
   * @throws Refusal `ledger/engine` where the engine is silent for five seconds, or answers with an error
   */
  async call(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const { error, result } = await this.#ask(method, params);
    if (error !== undefined) throw says(error);
    return result;
  }

  /**
   * Puts a transaction into the engine's pool; that it is there already is no error. It promises no block.
   *
   * @throws Refusal of the application's admission, `ledger/busy` where the pool is full, `ledger/engine`
   */
  async broadcast(transaction: Uint8Array): Promise<void> {
    const { error, result } = await this.#ask("broadcast_tx_sync", { tx: toBase64(transaction) });
    if (error !== undefined) {
      if (error.includes("already exists in cache")) return;
      if (error.includes("mempool is full")) throw refuseLedger("ledger/busy", "The engine's pool is full.");
      throw says(error);
    }
    const log = member(result, "log");
    if (member(result, "code") !== 0) throw refusalOfLog(log) ?? says(log);
  }

  async #ask(method: string, params: object): Promise<Answer> {
    const { promise, reject, resolve } = Promise.withResolvers<IncomingMessage>();
    const headers = { "content-type": "application/json" };
    const options = { agent: this.#agent, headers, method: "POST", socketPath: this.#path, timeout: TIMEOUT_MS };
    const sent = request(options, resolve);
    sent.on("timeout", () => sent.destroy(new Error("the engine did not answer")));
    sent.on("error", reject);
    sent.end(JSON.stringify({ id: 0, jsonrpc: "2.0", method, params }));
    try {
      return answerOf(await bodyOf(await promise));
    } catch (cause) {
      throw refuse("ledger/engine", cause instanceof Error ? cause.message : "", { cause });
    }
  }
}
