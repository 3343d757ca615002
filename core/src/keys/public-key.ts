import { fromBase64url, toBase64url, utf8 } from "../bytes/index.ts";
import { base64urlOf, canonicalText, object, oneOf, taggedBy } from "../codec/index.ts";
import type { Decoded, Decoder } from "../codec/index.ts";
import { Refusal } from "../errors/index.ts";
import { refuse } from "./errors.ts";
import { isCanonicalPoint, isSmallOrder } from "./ed25519.ts";
import { isOnP256 } from "./p256.ts";
import type { Algorithm, Crypto, PublicKey } from "./port.ts";

const minModulusBytes = 256;
const maxModulusBytes = 512;

const coordinate = base64urlOf(32);

const shape = taggedBy("kty", {
  EC: object({ crv: oneOf("P-256"), kty: oneOf("EC"), x: coordinate, y: coordinate }),
  OKP: object({ crv: oneOf("Ed25519"), kty: oneOf("OKP"), x: coordinate }),
  RSA: object({ e: oneOf("AQAB"), kty: oneOf("RSA"), n: base64urlOf(1, maxModulusBytes) }),
});

function requireEd25519Point(x: string, path: string): void {
  const point = fromBase64url(x);
  if (!isCanonicalPoint(point)) throw refuse("keys/point", `${path}.x is not canonical: ${x}.`);
  if (isSmallOrder(point)) throw refuse("keys/point", `${path}.x has small order: ${x}.`);
}

function requireP256Point(x: string, y: string, path: string): void {
  if (!isOnP256(fromBase64url(x), fromBase64url(y))) throw refuse("keys/point", `${path} is not on P-256: ${x}, ${y}.`);
}

function requireModulus(n: string, path: string): void {
  const bytes = fromBase64url(n);
  const isOdd = (bytes.at(-1) ?? 0) % 2 === 1;
  if (bytes.length < minModulusBytes || (bytes[0] ?? 0) < 0x80 || !isOdd) {
    throw refuse("keys/modulus", `${path}.n has ${bytes.length} bytes, the first is ${bytes[0] ?? 0}.`);
  }
}

function requireSound(key: Decoded<typeof shape>, path: string): PublicKey {
  switch (key.kty) {
    case "EC":
      requireP256Point(key.x, key.y, path);
      return key;
    case "OKP":
      requireEd25519Point(key.x, path);
      return key;
    case "RSA":
      requireModulus(key.n, path);
      return key;
  }
}

const sound = new WeakSet<PublicKey>();

/**
 * A public key as enrolled: one of the three minimal JWK forms and nothing else beside it. That an Ed25519 point
 * is on its curve is left to the verification, which is false for any other.
 *
 * @returns a key that cannot be changed
 * @throws Refusal `keys/point`, `keys/modulus`, `codec/…`
 */
export const publicKey: Decoder<PublicKey> = (value, path) => {
  const key = Object.freeze(requireSound(shape(value, path), path));
  sound.add(key);
  return key;
};

/** Whether {@link publicKey} accepts the key; at once for one that it made. */
export function isSound(key: PublicKey): boolean {
  if (sound.has(key)) return true;
  try {
    publicKey(key, "key");
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** The key's id: its RFC 7638 thumbprint with SHA-256, as base64url text of 43 characters. */
export function keyId(crypto: Crypto, key: PublicKey): string {
  return toBase64url(crypto.sha256(utf8(canonicalText(key))));
}

/** The one algorithm that a key is used with, whatever a message claims (PROTOCOL K-2). */
export function algorithmOf(key: PublicKey): Algorithm {
  switch (key.kty) {
    case "EC":
      return "ES256";
    case "OKP":
      return "EdDSA";
    case "RSA":
      return "RS384";
  }
}
