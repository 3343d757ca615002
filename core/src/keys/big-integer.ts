import { toHex } from "../bytes/index.ts";

/** Unsigned big-endian integer of any width. */
export function toBigInt(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`);
}
