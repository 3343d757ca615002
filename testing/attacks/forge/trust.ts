import { signTrust } from "@firmament/agents/signing";
import { fromUtf8, toBase64url } from "@firmament/core/bytes";
import { canonicalBytes } from "@firmament/core/codec";
import type { Signer } from "@firmament/core/keys";
import type { TrustDocument, TrustStep } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";
import type { Receipt } from "@firmament/replica";
import type { Consortium } from "../../kit/index.ts";

/** Bytes of the trust root that follows the one in force, with `change` made to it. */
export function nextDocument(
  c: Consortium,
  change: (document: TrustDocument) => Partial<TrustDocument> = () => ({}),
): Uint8Array {
  const before = c.view().trust();
  const { genesis: _, ...kept } = before;
  const next = { ...kept, previous: c.trustPin().digest, version: before.version + 1 };
  return canonicalBytes({ ...next, ...change(next) });
}

/** A trust root with true signatures of whoever, in key order. */
export async function signedStep(document: Uint8Array, by: readonly Signer[]): Promise<TrustStep> {
  const signatures = await Promise.all(by.map((signer) => signTrust(nodeCrypto, signer, document)));
  return { document, signatures: signatures.sort((a, b) => (a.kid < b.kid ? -1 : 1)) };
}

/** Puts a trust root on the ledger. @throws Refusal */
export function submitStep(c: Consortium, { document, signatures }: TrustStep): Promise<Receipt> {
  return c.submit(c.member(0).admin, "trust.next", {
    document: fromUtf8(document),
    signatures: signatures.map(({ kid, signature }) => ({ kid, signature: toBase64url(signature) })),
  });
}

/** The trust root's organisations with the root keys of some replaced. */
export function withRoots(document: TrustDocument, roots: ReadonlyMap<string, Signer>): TrustDocument["organisations"] {
  return document.organisations.map((member) => ({ ...member, root: roots.get(member.name)?.key ?? member.root }));
}
