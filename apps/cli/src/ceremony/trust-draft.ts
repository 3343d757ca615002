import { canonicalBytes, type Decoder, decodeCanonical, object, oneOf } from "@firmament/core/codec";
import { decodeTrustRoot, trustLimits, type TrustRoot } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";
import { refuse } from "./errors.ts";

const root: Decoder<TrustRoot> = (value) => decodeTrustRoot(nodeCrypto, canonicalBytes(value));

const file = object({ before: root, next: root, type: oneOf("firmament-trust-draft/v1") });

/** A trust root before it is signed, with the one that it follows. */
export interface TrustDraft {
  readonly before: TrustRoot;
  readonly next: TrustRoot;
}

/** A draft of canonical JSON. */
export function encodeTrustDraft({ before, next }: TrustDraft): Uint8Array {
  return canonicalBytes({ before: before.document, next: next.document, type: "firmament-trust-draft/v1" });
}

/** @throws Refusal `codec/…`, `keys/…`, `trust/…`; `ceremony/in-force` where the two do not follow each other */
export function decodeTrustDraft(bytes: Uint8Array): TrustDraft {
  const limits = { maxBytes: 2 * trustLimits.maxBytes, maxDepth: trustLimits.maxDepth + 1 };
  const { before, next } = file(decodeCanonical(bytes, limits), "draft");
  if (next.document.version !== before.document.version + 1 || next.document.previous !== before.digest)
    throw refuse("ceremony/in-force", `${next.document.version} does not follow ${before.document.version}.`);
  return { before, next };
}
