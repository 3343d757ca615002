import { fromBase64url, toBase64url, utf8 } from "../bytes/index.ts";
import {
  base64urlOf,
  canonicalBytes,
  type Decoded,
  decodeCanonical,
  list,
  object,
  oneOf,
  text,
} from "../codec/index.ts";
import type { Crypto } from "../keys/index.ts";
import {
  assertInclusion,
  decodeEntry,
  formatTlogProof,
  leafHash,
  type LogEntry,
  parseTlogProof,
  tlogProofLimits,
} from "../log/index.ts";
import { assertMultiproof, type Multiproof, proofLimits, type StateKey } from "../state/index.ts";
import type { TrustDocument } from "../trust/index.ts";
import { refuse } from "./errors.ts";
import { openVouched, type VouchedCheckpoint } from "./vouched.ts";

/** A state key, and its value's text or `undefined` for absence. */
export interface ProvenRecord {
  readonly key: StateKey;
  readonly value: string | undefined;
}

/** Records of the state after an entry, with their multiproof. */
export interface StateAnswer {
  readonly records: readonly ProvenRecord[];
  readonly proof: Multiproof;
}

const record = object(
  { key: list(text({ min: 0, max: 512 }), { min: 1, max: 9 }) },
  { value: text({ min: 0, max: 65_536 }) },
);
const extraForm = object(
  { entry: base64urlOf(2, 512), type: oneOf("firmament-entry/v1") },
  {
    state: object({
      hashes: base64urlOf(0, tlogProofLimits.maxBytes),
      records: list(record, { min: 1, max: proofLimits.maxTargets }),
      shape: base64urlOf(0, proofLimits.maxShapeBytes),
    }),
  },
);

type Extra = Decoded<typeof extraForm>;

/** What is answered to a challenge: an entry under a checkpoint, and records of the state after it where asked. */
export interface EntryAnswer {
  readonly index: number;
  /** Bytes of the log entry. */
  readonly entry: Uint8Array;
  /** From the leaf's side up. */
  readonly path: readonly Uint8Array[];
  /** A C2SP note. */
  readonly checkpoint: Uint8Array;
  readonly state?: StateAnswer;
}

/**
 * A C2SP tlog-proof whose `extra` holds the entry, and records of the state after it (PROTOCOL O-13).
 *
 * @throws Refusal `log/proof-size` where the records make it too large
 */
export function encodeEntryProof({ checkpoint, entry, index, path, state }: EntryAnswer): Uint8Array {
  const extra = {
    entry: toBase64url(entry),
    type: "firmament-entry/v1",
    ...(state === undefined ? {} : { state: stateForm(state) }),
  } satisfies Extra;
  const proof = formatTlogProof({ checkpoint, extra: canonicalBytes(extra), index, path });
  parseTlogProof(proof);
  return proof;
}

function stateForm({ proof, records }: StateAnswer): NonNullable<Extra["state"]> {
  return {
    hashes: toBase64url(proof.hashes),
    records: records.map(({ key, value }) => (value === undefined ? { key } : { key, value })),
    shape: toBase64url(proof.shape),
  };
}

/** What a true proof says. */
export interface ProvenEntry {
  readonly index: number;
  readonly entry: LogEntry;
  readonly checkpoint: VouchedCheckpoint;
  readonly records: readonly ProvenRecord[];
}

function provenRecords(crypto: Crypto, entry: LogEntry, state: Extra["state"]): readonly ProvenRecord[] {
  if (state === undefined) return [];
  const records = state.records.map(({ key: [table = "", ...parts], value }): ProvenRecord => {
    return { key: [table, ...parts], value };
  });
  assertMultiproof(crypto, {
    proof: { hashes: fromBase64url(state.hashes), shape: fromBase64url(state.shape) },
    root: fromBase64url(entry.root),
    targets: records.map(({ key, value }) => ({ key, value: value === undefined ? undefined : utf8(value) })),
  });
  return records;
}

/**
 * Checks the answer to a challenge from nothing but a trust root: the checkpoint's cosignatures, the entry's place in
 * the log, the records' presence or absence in the state after it.
 *
 * @throws Refusal `log/…`, `state/…`, `codec/…`, `challenge/…`
 */
export function verifyEntryProof(crypto: Crypto, trust: TrustDocument, bytes: Uint8Array): ProvenEntry {
  const { checkpoint: note, extra, index, path } = parseTlogProof(bytes);
  if (extra === undefined) throw refuse("challenge/form", "It has no extra line, so no entry.");
  const limits = { maxBytes: tlogProofLimits.maxBytes, maxDepth: 5 };
  const found = extraForm(decodeCanonical(extra, limits), "extra");
  const checkpoint = openVouched(crypto, trust, note);
  const entryBytes = fromBase64url(found.entry);
  const { root, size } = checkpoint;
  assertInclusion(crypto, { index, leaf: leafHash(crypto, entryBytes), path, root, size });
  const entry = decodeEntry(entryBytes);
  if (entry.ledger !== checkpoint.origin) throw refuse("challenge/ledger", entry.ledger);
  return { checkpoint, entry, index, records: provenRecords(crypto, entry, found.state) };
}
