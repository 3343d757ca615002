import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { utf8 } from "@firmament/core/bytes";
import { base64urlOf, type Decoded, object, oneOf, taggedBy } from "@firmament/core/codec";
import { Refusal } from "@firmament/core/errors";
import { algorithmOf, type PublicKey, publicKey } from "@firmament/core/keys";
import { refuse } from "./errors.ts";
import { nodeCrypto } from "./node-crypto.ts";

const scalar = base64urlOf(32);
const number = base64urlOf(1, 512);

/** Members of the three private JWK forms (RFC 7518 section 6, RFC 8037 section 2). */
export const privateMembers = {
  EC: { crv: oneOf("P-256"), d: scalar, kty: oneOf("EC"), x: scalar, y: scalar },
  OKP: { crv: oneOf("Ed25519"), d: scalar, kty: oneOf("OKP"), x: scalar },
  RSA: {
    d: number,
    dp: number,
    dq: number,
    e: oneOf("AQAB"),
    kty: oneOf("RSA"),
    n: number,
    p: number,
    q: number,
    qi: number,
  },
} as const;

const shape = taggedBy("kty", {
  EC: object(privateMembers.EC),
  OKP: object(privateMembers.OKP),
  RSA: object(privateMembers.RSA),
});

/** A private JWK with its public half: a secret, never logged, never sent. */
export type PrivateKey = Decoded<typeof shape>;

/** The public half of a private key, in the minimal form that is enrolled. */
export function publicPart(key: PrivateKey): PublicKey {
  switch (key.kty) {
    case "EC":
      return { crv: key.crv, kty: key.kty, x: key.x, y: key.y };
    case "OKP":
      return { crv: key.crv, kty: key.kty, x: key.x };
    case "RSA":
      return { e: key.e, kty: key.kty, n: key.n };
  }
}

/** Imports a private key into OpenSSL, where `inspect` and `JSON.stringify` cannot show it. */
export function privateKeyObject(key: PrivateKey): KeyObject {
  return createPrivateKey({ key: { ...key }, format: "jwk" });
}

/** One signature in the form that the algorithm's JWS has; ES256 with any s. */
export function signWith(key: KeyObject, algorithm: ReturnType<typeof algorithmOf>, message: Uint8Array): Uint8Array {
  switch (algorithm) {
    case "ES256":
      return new Uint8Array(sign("sha256", message, { key, dsaEncoding: "ieee-p1363" }));
    case "EdDSA":
      return new Uint8Array(sign(null, message, key));
    case "RS384":
      return new Uint8Array(sign("sha384", message, key));
  }
}

const probe = utf8("firmament-key-probe/v1\n");

function halvesMatch(key: PrivateKey): boolean {
  const half = publicKey(publicPart(key), "key");
  const algorithm = algorithmOf(half);
  return nodeCrypto.verify(algorithm, half, probe, signWith(privateKeyObject(key), algorithm, probe));
}

// Node's own errors for unusable key material; anything else is a fault.
function isKeyError(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return error instanceof Refusal || (typeof code === "string" && /^ERR_(?:CRYPTO|OSSL)_/.test(code));
}

/**
 * Decodes a private JWK, and proves by a signature that its halves belong together.
 *
 * @throws Refusal `private-key/malformed`, `private-key/mismatch`; neither holds the key, nor a cause that might
 */
export function privateKey(value: unknown): PrivateKey {
  let key: PrivateKey;
  let matches: boolean;
  try {
    key = shape(value, "key");
    matches = halvesMatch(key);
  } catch (error) {
    if (isKeyError(error)) throw refuse("private-key/malformed");
    throw error;
  }
  if (!matches) throw refuse("private-key/mismatch");
  return key;
}
