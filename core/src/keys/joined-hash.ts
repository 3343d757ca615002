import { concat } from "../bytes/index.ts";
import type { Crypto } from "./port.ts";

const SCRATCH_BYTES = 1024;
const scratch = new Uint8Array(SCRATCH_BYTES);
/** Its first bytes, by their number: hashes are of few different lengths. */
const views: Uint8Array[] = [];
let isTaken = false;

/**
 * SHA-256 of parts one after the other, 32 bytes. Short parts are joined in the same memory each time, since taking memory
 * for them costs more than hashing them; a port that hashes something else in the meantime gets memory of its own.
 */
export function joinedSha256(crypto: Pick<Crypto, "sha256">, ...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  if (isTaken || length > SCRATCH_BYTES) return crypto.sha256(concat(...parts));
  isTaken = true;
  try {
    let at = 0;
    for (const part of parts) {
      scratch.set(part, at);
      at += part.length;
    }
    return crypto.sha256((views[length] ??= scratch.subarray(0, length)));
  } finally {
    isTaken = false;
  }
}
