import { readFileSync } from "node:fs";
import { utf8 } from "@firmament/core/bytes";
import type { Receipt } from "@firmament/replica";

/** What a ledger program is given to do: canonical texts, and the time of its clock in seconds since 1970. */
export interface Work {
  readonly genesis: string;
  readonly now: number;
  readonly transactions: readonly string[];
}

/** A work file's content as bytes. */
export function readWork(file: string): {
  readonly genesis: Uint8Array;
  readonly now: number;
  readonly transactions: readonly Uint8Array[];
} {
  const { genesis, now, transactions } = JSON.parse(readFileSync(file, "utf8")) as Work;
  return { genesis: utf8(genesis), now, transactions: transactions.map(utf8) };
}

/** An answer to one transaction, by its place in the work, with the ledger's root at the time. */
export interface Acknowledged {
  readonly which: number;
  readonly receipt: Receipt;
  readonly root: string;
  readonly size: number;
}

/** What a ledger program prints: an acknowledged transaction, a refused one, or a fault that ended a ledger. */
export type LedgerLine =
  Acknowledged | { readonly which: number; readonly refused: string } | { readonly fault: string };
