import { signTrust } from "@firmament/agents/signing";
import { keyId } from "@firmament/core/keys";
import type { TrustDocument } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";
import type { Home } from "@firmament/server/home";
import { refuse } from "./errors.ts";
import { assertOwnEntry, heldCosigners, heldRoots } from "./held-keys.ts";
import { encodeSignatureFile } from "./signature-file.ts";
import type { TrustDraft } from "./trust-draft.ts";

const rootIds = ({ organisations }: TrustDocument): string[] =>
  organisations.map(({ root }) => keyId(nodeCrypto, root));

/**
 * Signs a draft with those of an organisation's root keys that it asks for: the one in use, and the one that is to
 * follow it.
 *
 * @returns the signature file
 * @throws Refusal `ceremony/own-entry`, `ceremony/signature`, `keystore/…`
 */
export async function signTrustDraft(
  home: Home,
  organisation: string,
  { draft, passphrase }: { readonly draft: TrustDraft; readonly passphrase: Uint8Array },
): Promise<Uint8Array> {
  const { before, next } = draft;
  const roots = await heldRoots(home, organisation, passphrase);
  assertOwnEntry(next.document, organisation, {
    cosigners: await heldCosigners(home, organisation, passphrase),
    roots,
  });
  const asked = new Set([...rootIds(before.document), ...rootIds(next.document)]);
  const signers = roots.filter(({ kid }) => asked.has(kid));
  if (signers.length === 0) throw refuse("ceremony/signature", `It asks for no root key of ${organisation}.`);
  return encodeSignatureFile(next, await Promise.all(signers.map((root) => signTrust(nodeCrypto, root, next.bytes))));
}
