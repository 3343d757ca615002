import { fromBase64url } from "../bytes/index.ts";
import { isStrictEd25519Signature } from "./ed25519.ts";
import { refuse } from "./errors.ts";
import { isLowS } from "./p256.ts";
import type { Crypto, PublicKey } from "./port.ts";
import { algorithmOf, isSound, keyId } from "./public-key.ts";

function isWellFormed(key: PublicKey, signature: Uint8Array): boolean {
  switch (key.kty) {
    case "EC":
      return isLowS(signature);
    case "OKP":
      return isStrictEd25519Signature(signature);
    case "RSA":
      return signature.length === fromBase64url(key.n).length;
  }
}

/**
 * The one verification equation of the protocol (PROTOCOL K-4): ES256 with low s only; Ed25519 with A and R
 * canonical and not of small order, S < L and no cofactor (k reduced modulo L first); RS384 with a signature as long
 * as its modulus.
 */
export function verifySignature(crypto: Crypto, key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  // The type says nothing about points: a key that no decoder saw must not reach the primitive either.
  return isSound(key) && isWellFormed(key, signature) && crypto.verify(algorithmOf(key), key, message, signature);
}

/** @throws Refusal `keys/signature` where {@link verifySignature} is false */
export function requireSignature(crypto: Crypto, key: PublicKey, message: Uint8Array, signature: Uint8Array): void {
  if (verifySignature(crypto, key, message, signature)) return;
  throw refuse("keys/signature", `The key is ${keyId(crypto, key)} with ${algorithmOf(key)}.`);
}
