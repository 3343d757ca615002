import { fromBase64url } from "@firmament/core/bytes";
import { type PublicKey, publicKey } from "@firmament/core/keys";
import { readAuthority } from "@firmament/crypto/certificates";

/**
 * The key of an authority's certificate, which is P-256.
 *
 * @param certificate DER as base64url
 * @throws Refusal `certificate/authority`
 */
export function authorityKey(certificate: string): PublicKey {
  const { publicKey: found } = readAuthority(fromBase64url(certificate));
  return publicKey(found.export({ format: "jwk" }), "authority");
}
