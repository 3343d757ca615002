import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";

/** SHA-256 (base64url) and length of what was read. */
export interface Hashed {
  readonly sha256: string;
  readonly size: number;
}

/** Hashes a file, and hands on each of its pieces. */
async function hashed(path: string, use: (piece: Uint8Array) => Promise<unknown>): Promise<Hashed> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const piece of createReadStream(path) as AsyncIterable<Uint8Array>) {
    hash.update(piece);
    size += piece.length;
    await use(piece);
  }
  return { sha256: hash.digest("base64url"), size };
}

export function hashOf(path: string): Promise<Hashed> {
  return hashed(path, () => Promise.resolve());
}

/** Copies a file durably for its owner alone; folders are made. What is hashed is what was written. */
export async function hashedCopy(from: string, to: string): Promise<Hashed> {
  await mkdir(dirname(to), { mode: 0o700, recursive: true });
  const file = await open(to, "wx", 0o600);
  try {
    const found = await hashed(from, (piece) => file.writeFile(piece));
    await file.sync();
    return found;
  } finally {
    await file.close();
  }
}
