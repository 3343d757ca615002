import { hash } from "node:crypto";
import type { Sha256 } from "@firmament/core/state";

/** The port, backed by Node. */
export const crypto: Sha256 = { sha256: (bytes) => Uint8Array.from(hash("sha256", bytes, "buffer")) };

/**
 * A broken hash function: a state key with `#` and 64 hexadecimal digits in a part hashes to those bytes, so that
 * tests can put two keys at one path.
 */
export const chosenHashes: Sha256 = {
  sha256(bytes) {
    const chosen = bytes[0] === 0x02 ? /#([0-9a-f]{64})/.exec(Buffer.from(bytes).toString("latin1"))?.[1] : undefined;
    return chosen === undefined ? crypto.sha256(bytes) : Uint8Array.from(Buffer.from(chosen, "hex"));
  },
};

/** Text whose key hashes, under {@link chosenHashes}, to the digits between zeros. */
export function chosen(first: string, last = ""): string {
  return `#${first.padEnd(64 - last.length, "0")}${last}`;
}
