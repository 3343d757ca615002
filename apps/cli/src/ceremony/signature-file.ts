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
import type { TrustRoot, TrustSignature } from "@firmament/core/trust";
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

/**
 * All signatures of one trust root from its signature files, each key once, in key order.
 *
 * @throws Refusal `ceremony/signature` where a file is for another document
 */
export function gather(root: TrustRoot, files: readonly SignatureFile[]): readonly TrustSignature[] {
  const found = new Map<string, string>();
  for (const { document, signatures } of files) {
    if (document !== root.digest) throw refuse("ceremony/signature", `It is for ${document}, not ${root.digest}.`);
    for (const { kid, signature: text } of signatures) found.set(kid, text);
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kid, text]) => ({ kid, signature: fromBase64url(text) }));
}
