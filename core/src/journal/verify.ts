import { fromBase64url } from "../bytes/index.ts";
import { type Refusal, show } from "../errors/index.ts";
import { type Crypto, type PublicKey, verifySignature } from "../keys/index.ts";
import { headAfter, type JournalHead, journalSigningInput, type SignedEntry } from "./entry.ts";
import { refuse } from "./errors.ts";

/** A journal that holds up to its head, or the first entry that does not and why. */
export type JournalVerdict = { readonly head: JournalHead } | { readonly at: number; readonly refusal: Refusal };

/** The key and the head that the reader already trusts. */
export interface JournalTrust {
  readonly key: PublicKey;
  readonly head: JournalHead;
}

function faultOf(crypto: Crypto, key: PublicKey, head: JournalHead, signed: SignedEntry): Refusal | undefined {
  const { entry, signature } = signed;
  if (entry.device !== head.device) return refuse("journal/device", `Got ${show(entry.device)}.`);
  if (!verifySignature(crypto, key, journalSigningInput(crypto, entry), fromBase64url(signature))) {
    return refuse("journal/signature", `It is entry ${entry.sequence}.`);
  }
  if (entry.sequence !== head.size)
    return refuse("journal/gap", `Got ${entry.sequence} where ${head.size} must stand.`);
  if (entry.previous !== head.hash) return refuse("journal/link", `It is entry ${entry.sequence}.`);
  return undefined;
}

/**
 * Follows a journal from a trusted head.
 *
 * `at` is the index in `entries` of the first entry that was altered, or of the place where one was dropped or moved.
 * An entry whose signature holds vouches for the one before it: where the link alone is broken, the entry before was
 * replaced by the key's holder, and `at` names that one (0 where it lies before the batch).
 */
export function verifyJournal(
  crypto: Crypto,
  { key, head }: JournalTrust,
  entries: readonly SignedEntry[],
): JournalVerdict {
  let reached = head;
  for (const [i, signed] of entries.entries()) {
    const refusal = faultOf(crypto, key, reached, signed);
    if (refusal !== undefined) return { at: refusal.code === "journal/link" ? Math.max(i - 1, 0) : i, refusal };
    reached = headAfter(crypto, signed.entry);
  }
  return { head: reached };
}
