import { Refusal, refusalFromJson } from "@firmament/core/errors";
import { type Block, type Ledger, type LedgerStatus, type Receipt, refuseLedger } from "@firmament/replica";
import { refuse } from "./errors.ts";
import { parseBlock, parseReceipt, parseStatus } from "./wire.ts";

const MAX_LINE = 128 * 1024 * 1024;
const MAX_ANSWER = 65_536;
const TIMEOUT_MS = 30_000;

async function boundedText(answer: Response): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_ANSWER) throw refuse("ledger/answer", `It is longer than ${MAX_ANSWER} characters.`);
  }
  return text + decoder.decode();
}

/** A ledger behind HTTP. */
export class HttpLedger implements Ledger {
  readonly #base: URL;
  readonly #fetch: typeof fetch;

  /**
   * @param base address of the ledger's HTTP front, ending in a slash
   * @param carry sends the requests, where the platform's own `fetch` lacks the client certificate
   */
  constructor(base: URL, carry: typeof fetch = fetch) {
    this.#base = base;
    this.#fetch = carry;
  }

  async submit(transaction: Uint8Array, signal?: AbortSignal): Promise<Receipt> {
    const init = {
      method: "POST",
      body: Uint8Array.from(transaction),
      headers: { "content-type": "application/jose+json" },
    };
    const answer = await this.#ask("v1/transactions", { ...init, signal: bounded(signal) });
    return parseReceipt(await this.#json(answer));
  }

  async *blocks(from: number, signal?: AbortSignal): AsyncIterable<Block> {
    try {
      yield* this.#stream(await this.#ask(`v1/blocks?from=${from}`, signal === undefined ? {} : { signal }));
    } catch (cause) {
      if (signal?.aborted === true) return;
      throw cause instanceof Refusal ? cause : refuseLedger("ledger/unavailable", this.#base.href, { cause });
    }
  }

  async status(signal?: AbortSignal): Promise<LedgerStatus> {
    return parseStatus(await this.#json(await this.#ask("v1/status", { signal: bounded(signal) })));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Connections belong to the process's pool; there is nothing of its own to close.
  }

  async *#stream(answer: Response): AsyncGenerator<Block> {
    if (!answer.ok || answer.body === null) throw refuse("ledger/answer", `Status ${answer.status}.`);
    let held: string[] = [];
    let length = 0;
    const decoder = new TextDecoder("utf-8", { fatal: true });
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      const lines = decoder.decode(chunk, { stream: true }).split("\n");
      const rest = lines.pop() ?? "";
      for (const line of lines) {
        yield parseBlock(held.join("") + line);
        held = [];
      }
      held.push(rest);
      length = held.length === 1 ? rest.length : length + rest.length;
      if (length > MAX_LINE) throw refuse("ledger/answer", "A block is too long.");
    }
  }

  async #ask(path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.#fetch(new URL(path, this.#base), { ...init, redirect: "error" });
    } catch (cause) {
      throw refuseLedger("ledger/unavailable", this.#base.href, { cause });
    }
  }

  async #json(answer: Response): Promise<unknown> {
    let body: unknown;
    try {
      body = JSON.parse(await boundedText(answer));
    } catch (cause) {
      throw refuse("ledger/answer", `Status ${answer.status}.`, { cause });
    }
    if (!answer.ok) throw refusalFromJson(answer.status, body) ?? refuse("ledger/answer", `Status ${answer.status}.`);
    return body;
  }
}

function bounded(signal: AbortSignal | undefined): AbortSignal {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  return signal === undefined ? limit : AbortSignal.any([signal, limit]);
}
