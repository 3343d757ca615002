import { fromBase64url } from "../bytes/index.ts";
import type { Crypto } from "../keys/index.ts";
import { type Checkpoint, keyIdOf, openNote, parseCheckpoint, parseNote } from "../log/index.ts";
import type { TrustDocument } from "../trust/index.ts";
import { refuse } from "./errors.ts";

/** A checkpoint and the organisations whose cosignatures of it count. */
export interface VouchedCheckpoint extends Checkpoint {
  readonly organisations: readonly string[];
}

/**
 * Opens a checkpoint that enough organisations cosigned (PROTOCOL O-12). A key's cosignature counts until the end of
 * its delegation.
 *
 * @param trust the trust root that the checker holds
 * @throws Refusal `log/…`, `challenge/ledger`, `challenge/quorum`
 */
export function openVouched(crypto: Crypto, trust: TrustDocument, note: Uint8Array): VouchedCheckpoint {
  const found = parseNote(note);
  const checkpoint = parseCheckpoint(found.text);
  if (!trust.ledgers.some(({ id }) => id === checkpoint.origin)) throw refuse("challenge/ledger", checkpoint.origin);
  const organisations = new Set<string>();
  for (const { cosigners, name } of trust.organisations) {
    for (const { key, until } of cosigners) {
      const known = { name, publicKey: fromBase64url(key.x), type: "cosignature/v1" } as const;
      if (!found.signatures.some((line) => line.name === name && line.keyId === keyIdOf(crypto, known))) continue;
      const [signed] = openNote(crypto, found, [known]);
      if (signed?.type === "cosignature/v1" && signed.time <= until) organisations.add(name);
    }
  }
  if (organisations.size < trust.threshold) {
    throw refuse("challenge/quorum", `${organisations.size} of ${trust.threshold} at size ${checkpoint.size}.`);
  }
  return { ...checkpoint, organisations: [...organisations].sort((a, b) => (a < b ? -1 : 1)) };
}
