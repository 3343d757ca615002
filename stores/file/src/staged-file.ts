import { unlink, utimes } from "node:fs/promises";
import type { Cid } from "@firmament/core/cid";
import type { StagedContent, StoredContent } from "@firmament/core/content";
import type { DurableDirectory } from "./durable-directory.ts";
import { ifPresent } from "./system-error.ts";

/** A staged file and the directory that takes it. */
export interface StagedPart {
  readonly path: string;
  readonly into: DurableDirectory;
}

/** Files that wait to be stored under one CID. */
export class StagedParts implements AsyncDisposable {
  readonly cid: Cid;
  readonly #onEnd: () => void;
  #waiting: readonly StagedPart[];
  #state: "staged" | "committed" | "discarded" = "staged";

  /** @param parts in the order in which they are stored; the last one makes the content visible */
  constructor(cid: Cid, parts: readonly StagedPart[], onEnd: () => void = () => undefined) {
    this.cid = cid;
    this.#waiting = parts;
    this.#onEnd = onEnd;
  }

  /** @throws Error where the content was discarded */
  async commit(): Promise<void> {
    if (this.#state === "discarded") throw new Error("the content was discarded");
    if (this.#state === "committed") return;
    const parts = this.#waiting;
    for (const [done, { path, into }] of parts.entries()) {
      // Collection counts the age of unpinned content from here, not from when its bytes came.
      await utimes(path, new Date(), new Date());
      await into.take(path, this.cid);
      this.#waiting = parts.slice(done + 1);
      await into.sync();
    }
    this.#state = "committed";
    this.#onEnd();
  }

  async discard(): Promise<void> {
    if (this.#state !== "staged") return;
    this.#state = "discarded";
    for (const { path } of this.#waiting) await ifPresent(unlink(path));
    this.#onEnd();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.discard();
  }
}

/** Content that waits to be stored; {@link StagedContent} says what its methods promise. */
export class StagedFile extends StagedParts implements StagedContent {
  readonly size: number;
  readonly sha256: string;
  readonly sha384: string;

  constructor({ cid, sha256, sha384, size }: StoredContent, parts: readonly StagedPart[], onEnd: () => void) {
    super(cid, parts, onEnd);
    this.size = size;
    this.sha256 = sha256;
    this.sha384 = sha384;
  }
}
