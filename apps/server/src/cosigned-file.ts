import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { CosignedCheckpoint, CosignedMemory } from "@firmament/agents/witness";
import { fromBase64url, toBase64url } from "@firmament/core/bytes";
import { canonicalText, decodeCanonical, digest256, integer, object } from "@firmament/core/codec";
import { Refusal } from "@firmament/core/errors";
import { makeFolder, replaceFile, syncFolder } from "./durable-file.ts";
import { refuse } from "./errors.ts";

const form = object({ root: digest256, size: integer(1) });
const LIMITS = { maxBytes: 256, maxDepth: 1 };

function read(path: string): CosignedCheckpoint | undefined {
  try {
    const { root, size } = form(decodeCanonical(Uint8Array.from(readFileSync(path)), LIMITS), "file");
    return { root: fromBase64url(root), size };
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    if (!(cause instanceof Refusal)) throw cause;
    throw refuse("home/cosigned", `${path}: ${cause.message}`, { cause });
  }
}

/** The last cosigned checkpoint as a file of its own. */
export class CosignedFile implements CosignedMemory {
  readonly #path: string;
  #last: CosignedCheckpoint | undefined;

  private constructor(path: string, last: CosignedCheckpoint | undefined) {
    this.#path = path;
    this.#last = last;
  }

  /** @throws Refusal `home/cosigned` for a file that is none: a memory that cannot be read is not an empty one */
  static open(path: string): CosignedFile {
    makeFolder(dirname(path));
    // A process that was killed may have renamed the file and not lived to make that durable.
    syncFolder(dirname(path));
    return new CosignedFile(path, read(path));
  }

  get last(): CosignedCheckpoint | undefined {
    return this.#last;
  }

  remember(checkpoint: CosignedCheckpoint): void {
    replaceFile(this.#path, canonicalText({ root: toBase64url(checkpoint.root), size: checkpoint.size }));
    this.#last = checkpoint;
  }
}
