import { randomFillSync } from "node:crypto";
import { open } from "node:fs/promises";

const PIECE = 1_048_576;

/** Writes an image that nobody has seen before, durably: what is not on disk yet would slow the next one that syncs. */
export async function freshImage(path: string, bytes: number): Promise<string> {
  const piece = new Uint8Array(PIECE);
  const handle = await open(path, "w");
  try {
    for (let left = bytes; left > 0; left -= PIECE) {
      await handle.writeFile(randomFillSync(piece).subarray(0, Math.min(PIECE, left)));
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return path;
}
