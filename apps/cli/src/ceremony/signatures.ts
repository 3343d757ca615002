import { keyId } from "@firmament/core/keys";
import type { TrustRoot, TrustSignature } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";

/** Whose root keys signed a trust root, of those that one trust root asks for. */
export interface SignatureCount {
  readonly needed: number;
  readonly signed: readonly string[];
  readonly missing: readonly string[];
}

/** Counts signatures by one trust root's root keys; that they are true is checked when they are submitted. */
export function countSignatures({ document }: TrustRoot, signatures: readonly TrustSignature[]): SignatureCount {
  const kids = new Set(signatures.map(({ kid }) => kid));
  const [signed, missing]: [string[], string[]] = [[], []];
  for (const { name, root } of document.organisations)
    (kids.has(keyId(nodeCrypto, root)) ? signed : missing).push(name);
  return { missing, needed: document.rootThreshold, signed };
}
