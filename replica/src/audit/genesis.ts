import type { DatabaseSync } from "node:sqlite";
import { Refusal } from "@firmament/core/errors";
import type { Crypto } from "@firmament/core/keys";
import { decodeGenesis } from "@firmament/core/registry";
import type { Note } from "./finding.ts";

function bytesFrom(database: DatabaseSync, sql: string): Uint8Array | undefined {
  const value = database.prepare(sql).get()?.["bytes"];
  return value instanceof Uint8Array ? value : undefined;
}

function faultOf(crypto: Crypto, file: Uint8Array | undefined): string | undefined {
  if (file === undefined) return "no genesis file";
  try {
    decodeGenesis(crypto, file);
    return undefined;
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return `refused, ${cause.code}`;
  }
}

/**
 * The genesis file to replay a copy from: the one that is trusted, or else the copy's own, which it holds twice. It
 * founds nothing where no threshold of the founders signed it.
 *
 * @returns `undefined` where there is none that founds a ledger
 */
export function genesisOf(
  database: DatabaseSync,
  crypto: Crypto,
  trusted: Uint8Array | undefined,
  note: Note,
): Uint8Array | undefined {
  if (trusted !== undefined) return trusted;
  const own = bytesFrom(database, "SELECT value AS bytes FROM meta WHERE name = 'genesis'");
  const fault = faultOf(crypto, own);
  if (fault === undefined) return own;
  const entry = bytesFrom(database, "SELECT bytes FROM transactions WHERE idx = 0");
  if (faultOf(crypto, entry) === undefined) return entry;
  note("audit/genesis", "meta name=genesis", fault, "a genesis file that its founders signed");
  return undefined;
}
