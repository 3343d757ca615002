import { fromBase64url, toBase64url } from "@firmament/core/bytes";
import {
  canonicalBytes,
  type Decoded,
  decodeCanonical,
  digest256,
  object,
  oneOf,
  signatureText,
  sorted,
} from "@firmament/core/codec";
import { keyId, type PublicKey, verifySignature } from "@firmament/core/keys";
import { type TrustRoot, type TrustSignature, trustSigningInput } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";
import { refuse } from "./errors.ts";

const signature = object({ kid: digest256, signature: signatureText });

const file = object({
  /** SHA-256 of the trust root that was signed. */
  document: digest256,
  // An organisation that changes its root key signs with the old and the new one.
  signatures: sorted(signature, { min: 1, max: 2, key: ({ kid }) => kid }),
  type: oneOf("firmament-trust-signature/v1"),
});

/** One organisation's signatures of one trust root. */
export type SignatureFile = Decoded<typeof file>;

/** @throws Refusal `codec/…` */
export function decodeSignatureFile(bytes: Uint8Array): SignatureFile {
  return file(decodeCanonical(bytes, { maxBytes: 4096, maxDepth: 3 }), "signature");
}

/** A signature file of canonical JSON. */
export function encodeSignatureFile(root: TrustRoot, signatures: readonly TrustSignature[]): Uint8Array {
  const spelt = signatures.map(({ kid, signature: bytes }) => ({ kid, signature: toBase64url(bytes) }));
  spelt.sort((a, b) => (a.kid < b.kid ? -1 : 1));
  return canonicalBytes({ document: root.digest, signatures: spelt, type: "firmament-trust-signature/v1" });
}

/** The root keys that a trust root may be signed by: its own, and those of the one before, by key id. */
function rootKeys(roots: readonly TrustRoot[]): ReadonlyMap<string, PublicKey> {
  const organisations = roots.flatMap(({ document }) => document.organisations);
  return new Map(organisations.map(({ root }) => [keyId(nodeCrypto, root), root]));
}

/**
 * All signatures of one trust root from its signature files, each key once, in key order. They are checked here, where
 * it is known from which file each one came: nobody's false one takes the place of a true one.
 *
 * @param before the trust root that it follows; absent of trust/1
 * @throws Refusal `ceremony/signature` where a file is for another document, by a key that it does not ask for, or false
 */
export function gather(
  root: TrustRoot,
  files: readonly SignatureFile[],
  before?: TrustRoot,
): readonly TrustSignature[] {
  const keys = rootKeys(before === undefined ? [root] : [before, root]);
  const found = new Map<string, string>();
  for (const [i, { document, signatures }] of files.entries()) {
    const which = `File ${i + 1} of ${files.length}`;
    if (document !== root.digest)
      throw refuse("ceremony/signature", `${which} is for ${document}, not ${root.digest}.`);
    for (const { kid, signature: text } of signatures) {
      const key = keys.get(kid);
      const isTrue =
        key !== undefined &&
        verifySignature(nodeCrypto, key, trustSigningInput(nodeCrypto, key, root.bytes), fromBase64url(text));
      if (!isTrue) throw refuse("ceremony/signature", `${which} has no true signature by ${kid}.`);
      found.set(kid, text);
    }
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kid, text]) => ({ kid, signature: fromBase64url(text) }));
}
