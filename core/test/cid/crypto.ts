import { createCipheriv, hash } from "node:crypto";
import type { Sha256 } from "@firmament/core/cid";

export const crypto: Sha256 = { sha256: (bytes) => hash("sha256", bytes, "buffer") };

/** The content of Kubo's seeded vectors: the ChaCha20 keystream of the seed, `size` bytes in pieces of 1 MiB. */
export function* keystream(seed: string, size: number): Generator<Uint8Array> {
  const cipher = createCipheriv("chacha20", hash("sha256", seed, "buffer"), Buffer.alloc(16));
  const zeros = Buffer.alloc(1_048_576);
  for (let at = 0; at < size; at += zeros.length) yield cipher.update(zeros.subarray(0, size - at));
}
