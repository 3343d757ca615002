import { toHex } from "@firmament/core/bytes";
import type { Crypto } from "@firmament/core/keys";

const BYTES = 20;

/**
 * What the engine calls an Ed25519 key of 32 bytes: the first bytes of its SHA-256, 40 hexadecimal digits. That of a
 * consensus key is the validator's address, that of a peer key its peer id.
 */
export function engineAddress(crypto: Crypto, key: Uint8Array): string {
  return toHex(crypto.sha256(key).subarray(0, BYTES));
}
