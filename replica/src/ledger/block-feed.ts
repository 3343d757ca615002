import type { DatabaseSync } from "node:sqlite";
import type { Block } from "../block.ts";
import { blocksFrom } from "../blocks.ts";

const PAGE = 64;

function abortion(signal: AbortSignal | undefined): Promise<undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  signal?.addEventListener("abort", () => {
    resolve(undefined);
  });
  return promise;
}

/** The blocks of a database for those who follow it: the old ones in pages, and each new one once it is durable. */
export class BlockFeed {
  readonly #database: DatabaseSync;
  #wake: PromiseWithResolvers<undefined> = Promise.withResolvers();
  #ended = false;

  /** @param database a connection that sees committed blocks only whenever a follower is asked */
  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Says that a block was committed. */
  committed(): void {
    this.#wake.resolve(undefined);
    this.#wake = Promise.withResolvers();
  }

  /** Ends every follower. */
  end(): void {
    this.#ended = true;
    this.#wake.resolve(undefined);
  }

  async *blocks(from: number, signal?: AbortSignal): AsyncGenerator<Block> {
    const aborted = abortion(signal);
    let next = Math.max(from, 1);
    while (signal?.aborted !== true && !this.#ended) {
      const wake = this.#wake.promise;
      const page = blocksFrom(this.#database, next, PAGE);
      for (const block of page) yield block;
      next += page.length;
      if (page.length === 0) await Promise.race([wake, aborted]);
    }
  }
}
