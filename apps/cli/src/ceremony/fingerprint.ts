import { toHex } from "@firmament/core/bytes";
import { keyId, type PublicKey } from "@firmament/core/keys";
import { nodeCrypto } from "@firmament/crypto";

/** A digest as people read it to each other: hex in groups of four. */
export function fingerprint(digest: Uint8Array): string {
  return toHex(digest).replaceAll(/(.{4})(?=.)/g, "$1 ");
}

/** A key by its id and its kind. */
export function keyText(key: PublicKey): string {
  return `${keyId(nodeCrypto, key)} (${key.kty === "OKP" ? "Ed25519" : key.kty === "EC" ? "P-256" : "RSA"})`;
}
