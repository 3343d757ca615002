import { utf8 } from "../bytes/index.ts";
import { show } from "../errors/index.ts";
import type { Crypto } from "../keys/index.ts";
import { assertCosignature } from "./cosignature.ts";
import { isEd25519 } from "./ed25519.ts";
import { refuse } from "./errors.ts";
import { keyIdOf } from "./note-key.ts";
import type { NoteKey } from "./note-key.ts";
import type { Note, NoteSignature } from "./note.ts";

/** A trusted key whose signature of the note is true. */
export type VerifiedSignature =
  | { readonly type: "ed25519"; readonly key: NoteKey }
  | { readonly type: "cosignature/v1"; readonly key: NoteKey; /** Seconds since 1970. */ readonly time: number };

function verify(crypto: Crypto, key: NoteKey, text: string, { signature }: NoteSignature): VerifiedSignature {
  switch (key.type) {
    case "ed25519":
      if (!isEd25519(crypto, key.publicKey, utf8(text), signature)) {
        throw refuse("log/note-signature", `The key is ${show(key.name)}.`);
      }
      return { type: key.type, key };
    case "cosignature/v1":
      return { type: key.type, key, time: assertCosignature(crypto, key, text, signature) };
  }
}

function keysByLabel(crypto: Crypto, keys: readonly NoteKey[]): Map<string, NoteKey[]> {
  const labelled = new Map<string, NoteKey[]>();
  for (const key of keys) {
    const label = `${key.name}+${keyIdOf(crypto, key)}`;
    labelled.set(label, [...(labelled.get(label) ?? []), key]);
  }
  return labelled;
}

/**
 * Checks a note's signatures as c2sp.org/signed-note asks: lines of unknown keys are passed over, a trusted key is
 * counted once by its first line, and a false signature of a trusted key condemns the whole note.
 *
 * @returns at least one signature, in the note's order
 * @throws Refusal `log/note-unverified`, `log/note-signature`, `log/note-ambiguous-key`, `log/cosignature-length`,
 *   `log/cosignature-time`, `log/cosignature-signature`
 */
export function openNote(crypto: Crypto, note: Note, keys: readonly NoteKey[]): readonly VerifiedSignature[] {
  const labelled = keysByLabel(crypto, keys);
  const verified = new Map<string, VerifiedSignature>();
  for (const line of note.signatures) {
    const label = `${line.name}+${line.keyId}`;
    const [key, ...others] = labelled.get(label) ?? [];
    if (key === undefined || verified.has(label)) continue;
    if (others.length > 0) throw refuse("log/note-ambiguous-key", `Both are ${show(label)}.`);
    verified.set(label, verify(crypto, key, note.text, line));
  }
  if (verified.size === 0) throw refuse("log/note-unverified");
  return [...verified.values()];
}
