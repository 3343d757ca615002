import { concat, fromBase64url, toBase64url } from "../bytes/index.ts";
import { refuse } from "./errors.ts";
import type { PublicKey } from "./port.ts";
import { publicKey } from "./public-key.ts";

const ED25519_BYTES = 32;
const P256_BYTES = 64;
const MIN_MODULUS_BYTES = 256;

/**
 * A public key as its bare bytes, whose number tells its kind (PROTOCOL K-8): 32 of an Ed25519 point, 64 of the two
 * P-256 coordinates, 256 to 512 of an RSA modulus.
 */
export function rawKey(key: PublicKey): Uint8Array {
  switch (key.kty) {
    case "EC":
      return concat(fromBase64url(key.x), fromBase64url(key.y));
    case "OKP":
      return fromBase64url(key.x);
    case "RSA":
      return fromBase64url(key.n);
  }
}

function jwkOf(raw: Uint8Array): unknown {
  if (raw.length === ED25519_BYTES) return { crv: "Ed25519", kty: "OKP", x: toBase64url(raw) };
  if (raw.length === P256_BYTES) {
    const [x, y] = [raw.subarray(0, 32), raw.subarray(32)];
    return { crv: "P-256", kty: "EC", x: toBase64url(x), y: toBase64url(y) };
  }
  if (raw.length < MIN_MODULUS_BYTES) throw refuse("keys/raw", `Got ${raw.length} bytes.`);
  return { e: "AQAB", kty: "RSA", n: toBase64url(raw) };
}

/** @throws Refusal `keys/raw`, `keys/point`, `keys/modulus`, `codec/value` */
export function fromRawKey(raw: Uint8Array): PublicKey {
  return publicKey(jwkOf(raw), "raw key");
}
