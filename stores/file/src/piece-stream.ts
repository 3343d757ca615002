import { PeerFault } from "./peer-fault.ts";

/** Reads byte counts that the reader chooses from the body of an answer. */
export class PieceStream {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
  }

  async #chunk(): Promise<Uint8Array | undefined> {
    if (this.#rest.length > 0) return this.#rest;
    const { value } = await this.#reader.read().catch((cause: unknown) => {
      throw cause instanceof PeerFault ? cause : new PeerFault("cut", String(cause), { cause });
    });
    return value;
  }

  /** The next bytes, at the start of `into`: `size` of them, fewer only where the body ends before. */
  async read(size: number, into: Uint8Array): Promise<Uint8Array> {
    const bytes = into.subarray(0, size);
    let at = 0;
    while (at < size) {
      const chunk = await this.#chunk();
      if (chunk === undefined) return bytes.subarray(0, at);
      const taken = chunk.subarray(0, size - at);
      bytes.set(taken, at);
      at += taken.length;
      this.#rest = chunk.subarray(taken.length);
    }
    return bytes;
  }
}
