import { readFile } from "node:fs/promises";
import { parseCheckpoint, parseNote } from "@firmament/core/log";
import type { RememberedCheckpoint } from "@firmament/replica/audit";
import { refuse } from "../errors.ts";

/** Reads a file that a command names. @throws Refusal `cli/file` */
export async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return Uint8Array.from(await readFile(path));
  } catch (cause) {
    throw refuse("cli/file", path, { cause });
  }
}

/**
 * A checkpoint that the caller kept. It is the caller's own memory: what it says is demanded of the copy, whoever
 * signed it.
 *
 * @throws Refusal `cli/file`, `log/…`
 */
export async function rememberedNote(path: string): Promise<RememberedCheckpoint> {
  const { root, size } = parseCheckpoint(parseNote(await bytesOf(path)).text);
  return { root, size, source: path };
}
