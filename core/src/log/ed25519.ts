import { toBase64url } from "../bytes/index.ts";
import { verifySignature } from "../keys/index.ts";
import type { Crypto, PublicKey } from "../keys/index.ts";

/** A note's raw public key in the form of the protocol's other keys. */
export function ed25519Key(raw: Uint8Array): PublicKey {
  return { kty: "OKP", crv: "Ed25519", x: toBase64url(raw) };
}

/** Whether a signature is the raw key's, by the protocol's one equation (PROTOCOL K-4); false for any wrong length. */
export function isEd25519(crypto: Crypto, raw: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  return verifySignature(crypto, ed25519Key(raw), message, signature);
}
