import { closeSync, fstatSync, openSync, renameSync, writeSync } from "node:fs";

const MAX_BYTES = 8_388_608;

/** A log of bounded size: a full file becomes `<path>.1`, in place of the one before it. */
export class LogFile implements Disposable {
  readonly #path: string;
  readonly #maxBytes: number;
  #file: number;
  #size: number;

  constructor(path: string, maxBytes: number = MAX_BYTES) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#file = openSync(path, "a", 0o600);
    this.#size = fstatSync(this.#file).size;
  }

  /** Never throws: a full disk must not end what it tells about. */
  write(chunk: Uint8Array): void {
    try {
      if (this.#size + chunk.length > this.#maxBytes && this.#size > 0) this.#rotate();
      this.#size += writeSync(this.#file, chunk);
    } catch {
      // There is no other place to say so.
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }

  #rotate(): void {
    renameSync(this.#path, `${this.#path}.1`);
    const full = this.#file;
    this.#file = openSync(this.#path, "a", 0o600);
    this.#size = 0;
    closeSync(full);
  }
}
