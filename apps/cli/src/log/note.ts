import { nodeCrypto } from "@firmament/crypto";
import { BundleBuilder, checkpointNote } from "@firmament/replica";
import type { DatabaseSync } from "node:sqlite";
import { refuse } from "../errors.ts";

/** The checkpoint of one size as a C2SP note with every cosignature that a copy keeps. @throws Refusal `cli/unknown` */
export function noteAt(database: DatabaseSync, ledger: string, size: number): Uint8Array {
  const note = checkpointNote(database, nodeCrypto, ledger, size);
  if (note === undefined) throw refuse("cli/unknown", `Nobody's cosignature of size ${size} is kept here.`);
  return note;
}

/** Size of the newest checkpoint that a quorum cosigned. @throws Refusal `cli/waited` before the first */
export function newestSize(database: DatabaseSync, ledger: string): number {
  const size = new BundleBuilder(database, nodeCrypto, ledger).newestSize();
  if (size === undefined) throw refuse("cli/waited", "No checkpoint has enough cosignatures yet.");
  return size;
}
