import { concat, fromBase64url, toBase64url, utf8 } from "../bytes/index.ts";
import {
  canonicalBytes,
  decodeCanonical,
  type Decoder,
  digest256,
  deviceId,
  idName,
  integer,
  line,
  object,
  seconds,
  signatureText,
  text,
} from "../codec/index.ts";
import type { Crypto } from "../keys/index.ts";

/** What happened, before it has a place in a journal. */
export interface JournalFact {
  /** Short name of the event, `confirmed` for example. */
  readonly event: string;
  /** Seconds since 1970 by the device's clock. */
  readonly time: number;
  readonly release?: string;
  /** Why, or which way: an error code or a short word. */
  readonly status?: string;
  readonly versionBefore?: string;
  readonly versionAfter?: string;
}

export interface JournalEntry extends JournalFact {
  readonly device: string;
  /** Hash of the entry before, base64url; 32 zero bytes before the first. */
  readonly previous: string;
  /** Number of the entry in its journal, from 0. */
  readonly sequence: number;
}

export interface SignedEntry {
  readonly entry: JournalEntry;
  /** The device's signature over {@link journalSigningInput}, base64url. */
  readonly signature: string;
}

const HASH_PURPOSE = utf8("firmament-journal/v1\n");
const SIGNATURE_PURPOSE = utf8("firmament-journal-signature/v1\n");
const limits = { maxBytes: 4096, maxDepth: 3 };

const entry: Decoder<JournalEntry> = object(
  { device: deviceId, event: idName, previous: digest256, sequence: integer(0), time: seconds },
  { release: text({ max: 64 }), status: line(128), versionAfter: text({ max: 64 }), versionBefore: text({ max: 64 }) },
);
const signedEntry: Decoder<SignedEntry> = object({ entry, signature: signatureText });

/** SHA-256 of the purpose and the entry's canonical JSON. */
export function entryHash(crypto: Crypto, found: JournalEntry): Uint8Array {
  return crypto.sha256(concat(HASH_PURPOSE, canonicalBytes(found)));
}

/** What the device signs: purpose, hash of the entry before, hash of the entry; 32 bytes each. */
export function journalSigningInput(crypto: Crypto, found: JournalEntry): Uint8Array {
  return concat(SIGNATURE_PURPOSE, fromBase64url(found.previous), entryHash(crypto, found));
}

/** Canonical JSON of a signed entry. */
export function encodeSignedEntry(signed: SignedEntry): Uint8Array<ArrayBuffer> {
  return canonicalBytes(signed);
}

/** @throws Refusal `codec/…` */
export function decodeSignedEntry(bytes: Uint8Array): SignedEntry {
  return signedEntry(decodeCanonical(bytes, limits), "signedEntry");
}

/** Where a journal stands: what the next entry must follow. */
export interface JournalHead {
  readonly device: string;
  /** Number of entries so far, which is the next entry's `sequence`. */
  readonly size: number;
  /** Hash of the last entry, base64url. */
  readonly hash: string;
}

/** The head of a journal without entries. */
export function emptyJournal(device: string): JournalHead {
  return { device, size: 0, hash: toBase64url(new Uint8Array(32)) };
}

/** The entry that records `fact` next; it still lacks its signature. */
export function nextEntry({ device, size, hash }: JournalHead, fact: JournalFact): JournalEntry {
  return { ...fact, device, previous: hash, sequence: size };
}

/** The head once `found` is recorded. */
export function headAfter(crypto: Crypto, found: JournalEntry): JournalHead {
  return { device: found.device, size: found.sequence + 1, hash: toBase64url(entryHash(crypto, found)) };
}
