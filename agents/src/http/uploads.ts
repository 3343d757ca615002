import { refuse } from "./errors.ts";
import type { HttpLimits } from "./limits.ts";

/** The files that one front reads at a time. */
export class Uploads {
  readonly #limits: Pick<HttpLimits, "maxUploads" | "maxUploadsOfAuthor">;
  readonly #running = new Map<string, number>();
  #all = 0;

  constructor(limits: Pick<HttpLimits, "maxUploads" | "maxUploadsOfAuthor">) {
    this.#limits = limits;
  }

  /**
   * Reads a file in a place of the author's.
   *
   * @param author key id
   * @throws Refusal `http/busy` before `read` is called; what it throws
   */
  async run<T>(author: string, read: () => Promise<T>): Promise<T> {
    const { maxUploads, maxUploadsOfAuthor } = this.#limits;
    const own = this.#running.get(author) ?? 0;
    if (own >= maxUploadsOfAuthor) throw refuse("http/busy", `The author has ${own} on their way.`);
    if (this.#all >= maxUploads) throw refuse("http/busy", `There are ${this.#all} on their way.`);
    this.#all++;
    this.#running.set(author, own + 1);
    try {
      return await read();
    } finally {
      this.#leave(author);
    }
  }

  #leave(author: string): void {
    this.#all--;
    const left = (this.#running.get(author) ?? 0) - 1;
    if (left > 0) this.#running.set(author, left);
    else this.#running.delete(author);
  }
}
