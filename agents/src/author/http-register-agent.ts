import { fromUtf8 } from "@firmament/core/bytes";
import { text } from "@firmament/core/codec";
import { Refusal, refusalFromJson } from "@firmament/core/errors";
import { boundedAnswer, formBody, type PetitionBody } from "../http/index.ts";
import { type Registration, registration, WatchedSource } from "../upload/index.ts";
import { refuse } from "./errors.ts";
import type { OutgoingRegistration, RegisterAgentClient } from "./ports.ts";

export interface HttpRegisterAgentOptions {
  /** Time for an answer to a petition, milliseconds. */
  readonly timeoutMs?: number;
  /** Sends the requests, where the platform's own `fetch` does not know the register agent's authority. */
  readonly fetch?: typeof fetch;
}

const MAX_ANSWER = 65_536;
const tokenText = text({ max: 4096, pattern: /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/ });

async function boundedText(answer: Response): Promise<string> {
  const tooLong = () => refuse("author-agent/answer", `It is longer than ${MAX_ANSWER} bytes.`);
  return new TextDecoder().decode(await boundedAnswer(answer, MAX_ANSWER, tooLong));
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw refuse("author-agent/answer", "", { cause });
  }
}

function refusalFrom(status: number, raw: string): Refusal {
  const body: unknown = parsed((): unknown => JSON.parse(raw));
  return refusalFromJson(status, body) ?? refuse("author-agent/answer", `Status ${status}.`);
}

// After an abort, `fetch` goes on reading a body that it no longer sends.
async function* until(over: AbortSignal, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    over.throwIfAborted();
    yield chunk;
  }
}

/** A register agent behind HTTP; uploads are streamed, with the source at the receiver's pace. */
export class HttpRegisterAgent implements RegisterAgentClient {
  readonly #base: URL;
  readonly #timeoutMs: number;
  readonly #fetch: typeof fetch;

  /** @param base address of the register agent, ending in a slash */
  constructor(base: URL, options: HttpRegisterAgentOptions = {}) {
    this.#base = base;
    this.#timeoutMs = options.timeoutMs ?? 30_000;
    this.#fetch = options.fetch ?? fetch;
  }

  async petition(petition: PetitionBody, signal: AbortSignal): Promise<string> {
    const headers = { "content-type": "application/json" };
    const raw = await this.#ask("register/author", {
      method: "POST",
      headers,
      body: JSON.stringify(petition),
      signal: this.#bounded(signal),
    });
    return parsed(() => tokenText(raw, "token"));
  }

  async register({ payload, token, transaction }: OutgoingRegistration, signal: AbortSignal): Promise<Registration> {
    const source = new WatchedSource();
    const over = new AbortController();
    const file = payload === undefined ? undefined : source.read(payload);
    const { chunks, contentType } = formBody({ transaction: fromUtf8(transaction) }, "payload", file);
    const headers = { authorization: `Bearer ${token}`, "content-type": contentType };
    const body = ReadableStream.from(until(over.signal, chunks));
    try {
      const raw = await this.#ask("register", { method: "POST", headers, body, duplex: "half", signal });
      return parsed(() => registration(JSON.parse(raw), "registration"));
    } catch (cause) {
      throw source.failure ?? cause;
    } finally {
      over.abort();
    }
  }

  async ready(signal: AbortSignal): Promise<void> {
    await this.#ask("readyz", { signal: this.#bounded(signal) });
  }

  async #ask(path: string, init: RequestInit): Promise<string> {
    let answer: Response;
    let raw: string;
    try {
      answer = await this.#fetch(new URL(path, this.#base), { ...init, redirect: "error" });
      raw = await boundedText(answer);
    } catch (cause) {
      throw cause instanceof Refusal ? cause : refuse("author-agent/unreachable", this.#base.href, { cause });
    }
    if (!answer.ok) throw refusalFrom(answer.status, raw);
    return raw;
  }

  #bounded(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, AbortSignal.timeout(this.#timeoutMs)]);
  }
}
