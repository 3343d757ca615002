import { fromBase64url } from "../bytes/index.ts";
import { algorithmOf, type Crypto, keyId, type PublicKey, requireSignature } from "../keys/index.ts";
import { refuse } from "./errors.ts";
import type { JwsHeader } from "./header.ts";
import { type FlattenedJws, signingInput } from "./serialisation.ts";

/**
 * Checks a JWS against the key that its `kid` led to (PROTOCOL J-2).
 *
 * @param header what {@link parseHeader} read from `jws.protected`
 * @param jws for one of several or a detached signature, its two members and the payload's base64url
 * @throws Refusal `jws/algorithm`, `jws/kid`, `keys/signature`
 */
export function requireJws(crypto: Crypto, key: PublicKey, header: JwsHeader, jws: FlattenedJws): void {
  if (header.alg !== algorithmOf(key)) {
    throw refuse("jws/algorithm", `The key is bound to ${algorithmOf(key)}, the header says ${header.alg}.`);
  }
  const kid = keyId(crypto, key);
  if (header.kid !== kid) throw refuse("jws/kid", `The key is ${kid}, the header says ${header.kid}.`);
  requireSignature(crypto, key, signingInput(jws.protected, jws.payload), fromBase64url(jws.signature));
}
