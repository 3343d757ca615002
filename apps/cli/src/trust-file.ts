import { fromBase64url, toBase64url } from "@firmament/core/bytes";
import { canonicalBytes, decodeCanonical } from "@firmament/core/codec";
import { generalJws, parseHeader, protectedHeader } from "@firmament/core/jws";
import { algorithmOf, keyId, type PublicKey } from "@firmament/core/keys";
import {
  assertTrustStep,
  decodeTrustRoot,
  TRUST_TYPE,
  trustLimits,
  type TrustPin,
  type TrustStep,
} from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";
import { refuse } from "./errors.ts";

const decode = generalJws({ maxPayloadBytes: trustLimits.maxBytes, maxSignatures: 128 });

/** A trust root as a file: RFC 7515 general JSON serialisation, canonical. */
export function encodeTrustFile(step: TrustStep): Uint8Array {
  const root = decodeTrustRoot(nodeCrypto, step.document);
  const keys = new Map<string, PublicKey>(
    root.document.organisations.map((each) => [keyId(nodeCrypto, each.root), each.root]),
  );
  const signatures = step.signatures.flatMap(({ kid, signature }) => {
    const key = keys.get(kid);
    if (key === undefined) return [];
    const header = protectedHeader({ alg: algorithmOf(key), kid, typ: TRUST_TYPE });
    return [{ protected: header, signature: toBase64url(signature) }];
  });
  signatures.sort((a, b) => (a.protected < b.protected ? -1 : 1));
  return canonicalBytes({ payload: toBase64url(step.document), signatures });
}

/**
 * Reads a trust file. A first trust root is checked against its own threshold; of a later one its holder answers
 * for the digest.
 *
 * @throws Refusal `codec/…`, `jws/…`, `trust/…`
 */
export function decodeTrustFile(bytes: Uint8Array): TrustPin {
  const jws = decode(decodeCanonical(bytes, { maxBytes: 262_144, maxDepth: 4 }), "trust file");
  const document = fromBase64url(jws.payload);
  const signatures = jws.signatures
    .map((each) => ({
      kid: parseHeader(each.protected, { typ: TRUST_TYPE }).kid,
      signature: fromBase64url(each.signature),
    }))
    .sort((a, b) => (a.kid < b.kid ? -1 : 1));
  const root = decodeTrustRoot(nodeCrypto, document);
  if (signatures.length === 0) throw refuse("cli/usage", "The trust file has no signature.");
  if (root.document.version === 1) assertTrustStep(nodeCrypto, undefined, { document, signatures });
  return { digest: root.digest, version: root.document.version };
}
