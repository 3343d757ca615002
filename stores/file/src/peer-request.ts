import { PeerFault } from "./peer-fault.ts";
import { PieceStream } from "./piece-stream.ts";

/** Address of content at a peer; `path` is its CID and what follows. */
export function contentUrl(peer: URL, path: string): string {
  return `${peer.origin}${peer.pathname.replace(/\/$/, "")}/v1/content/${path}`;
}

/** One request to one peer: opened once, read in as many steps as its body has pieces. */
export class PeerRequest {
  readonly #abort = new AbortController();
  readonly #signal: AbortSignal;
  readonly #stepTimeoutMs: number;
  readonly #fetch: typeof fetch;
  #stream: PieceStream | undefined;

  /** @param stepTimeoutMs time for the answer to begin, and again for each read */
  constructor(options: {
    readonly fetch: typeof fetch;
    readonly stepTimeoutMs: number;
    readonly signal: AbortSignal | undefined;
  }) {
    const { signal } = this.#abort;
    this.#signal = options.signal === undefined ? signal : AbortSignal.any([signal, options.signal]);
    this.#stepTimeoutMs = options.stepTimeoutMs;
    this.#fetch = options.fetch;
  }

  /**
   * Sends the request.
   *
   * @param accepts checks status and header fields, and says what is wrong with them
   */
  async open(
    url: string,
    headers: Record<string, string>,
    accepts: (answer: Response) => string | undefined,
  ): Promise<void> {
    const answer = await this.#step(() => this.#send(url, headers));
    const wrong = answer.headers.has("content-encoding") ? "the answer is compressed" : accepts(answer);
    if (wrong !== undefined || answer.body === null) {
      this.close();
      const final = answer.status < 500 && answer.status !== 429;
      throw new PeerFault("answer", wrong ?? "the answer has no body", { final });
    }
    this.#stream = new PieceStream(answer.body);
  }

  async #send(url: string, headers: Record<string, string>): Promise<Response> {
    // A redirect could lead anywhere: a peer answers itself or not at all.
    const init = {
      headers: { ...headers, "accept-encoding": "identity" },
      redirect: "error",
      signal: this.#signal,
    } as const;
    try {
      return await this.#fetch(url, init);
    } catch (cause) {
      if (cause instanceof PeerFault) throw cause;
      throw new PeerFault("unreachable", String(cause instanceof Error ? (cause.cause ?? cause) : cause), { cause });
    }
  }

  /**
   * The next bytes of the body: `size` of them, fewer only where it ends before.
   *
   * @param into memory that takes them; fresh memory by default
   */
  async read(size: number, into: Uint8Array = new Uint8Array(size)): Promise<Uint8Array> {
    const stream = this.#stream;
    if (stream === undefined) throw new Error("the request is not open");
    return this.#step(() => stream.read(size, into));
  }

  async #step<T>(work: () => Promise<T>): Promise<T> {
    const timer = setTimeout(() => {
      this.#abort.abort(new PeerFault("timeout", `nothing complete came within ${this.#stepTimeoutMs} ms`));
    }, this.#stepTimeoutMs);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the request; what has not been read of it is dropped. */
  close(): void {
    this.#abort.abort();
  }
}
