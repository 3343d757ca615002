import { fromUtf8 } from "@firmament/core/bytes";
import { type EntryAnswer, encodeConsistency, encodeEntryProof, type ProvenRecord } from "@firmament/core/challenge";
import { consistencyProof, inclusionProof } from "@firmament/core/log";
import type { StateKey } from "@firmament/core/state";
import { nodeCrypto } from "@firmament/crypto";
import { logNodes, StateView } from "@firmament/replica";
import type { DatabaseSync } from "node:sqlite";
import { refuse } from "../errors.ts";
import { newestSize, noteAt } from "./note.ts";

/** A number of the command line. @throws Refusal `cli/usage` */
export function numberOf(text: string): number {
  if (!/^(0|[1-9][0-9]{0,14})$/.test(text)) throw refuse("cli/usage", `${text} is no number.`);
  return Number(text);
}

/** Bytes of a log entry. @throws Refusal `cli/unknown` */
export function entryAt(database: DatabaseSync, index: number): Uint8Array {
  const bytes = database.prepare("SELECT bytes FROM entries WHERE idx = ?").get(index)?.["bytes"];
  if (!(bytes instanceof Uint8Array)) throw refuse("cli/unknown", `There is no entry ${index}.`);
  return bytes;
}

function answerFor(database: DatabaseSync, ledger: string, index: number, size: number): EntryAnswer {
  if (index >= size) throw refuse("cli/unknown", `Entry ${index} is not below the checkpoint's size ${size}.`);
  const path = inclusionProof(nodeCrypto, logNodes(database), { index, size });
  return { checkpoint: noteAt(database, ledger, size), entry: entryAt(database, index), index, path };
}

/** Proof that an entry is in the log, under the newest checkpoint with a quorum. */
export function proveEntry(database: DatabaseSync, ledger: string, index: number): Uint8Array {
  return encodeEntryProof(answerFor(database, ledger, index, newestSize(database, ledger)));
}

/** Proof of records, or of their absence, in the state of the newest checkpoint with a quorum. */
export function proveState(database: DatabaseSync, ledger: string, keys: readonly StateKey[]): Uint8Array {
  const size = newestSize(database, ledger);
  const view = new StateView(database, nodeCrypto, size);
  const records = keys.map((key): ProvenRecord => {
    const [table, ...parts] = key;
    const value = view.bytes({ name: table }, ...parts);
    return { key, value: value === undefined ? undefined : fromUtf8(value) };
  });
  const state = { proof: view.prove(keys), records };
  return encodeEntryProof({ ...answerFor(database, ledger, size - 1, size), state });
}

/** Proof that the checkpoint of one size continues that of another; the newest with a quorum by default. */
export function proveConsistency(database: DatabaseSync, ledger: string, from: number, to?: number): Uint8Array {
  const size = to ?? newestSize(database, ledger);
  if (from < 1 || from > size) throw refuse("cli/unknown", `The checkpoint of size ${size} does not continue ${from}.`);
  const path = consistencyProof(nodeCrypto, logNodes(database), { from, to: size });
  return encodeConsistency({ checkpoint: noteAt(database, ledger, size), from, path });
}
