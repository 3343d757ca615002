import { toHex } from "@firmament/core/bytes";
import { canonicalBytes } from "@firmament/core/codec";
import { Refusal, show } from "@firmament/core/errors";
import type { Crypto } from "@firmament/core/keys";
import { manifestLimits } from "@firmament/core/manifest";
import { refuse } from "./errors.ts";

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw refuse("upload/manifest", `Got ${show(value)}.`);
  }
  return value as Fields;
}

// Source 004 spells the field with one d.
function respelt({ aditionalInstructions, ...fields }: Fields): Fields {
  if (aditionalInstructions === undefined) return fields;
  if (fields["additionalInstructions"] !== undefined) {
    throw refuse("upload/manifest", "additionalInstructions stands there twice.");
  }
  return { ...fields, additionalInstructions: aditionalInstructions };
}

function encode(fields: Fields): Uint8Array {
  try {
    return canonicalBytes(fields, manifestLimits.maxDepth);
  } catch (cause) {
    if (cause instanceof Refusal) throw refuse("upload/manifest", cause.message, { cause });
    throw cause;
  }
}

/**
 * The canonical bytes, which the author signed, of a manifest as source 004's clients send it: `manifestDigest` is
 * compared with the SHA-384 of these bytes and left out of them, `aditionalInstructions` is spelt right.
 *
 * @throws Refusal `upload/manifest`, `upload/manifest-digest`
 */
export function manifestBytes(crypto: Crypto, value: unknown): Uint8Array {
  const { manifestDigest, ...fields } = fieldsOf(value);
  const bytes = encode(respelt(fields));
  const digest = toHex(crypto.sha384(bytes));
  if (manifestDigest !== undefined && manifestDigest !== digest) {
    throw refuse("upload/manifest-digest", `Got ${show(manifestDigest)} instead of ${digest}.`);
  }
  return bytes;
}
