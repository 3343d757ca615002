import type { DatabaseSync, StatementSync } from "node:sqlite";
import { toBase64url } from "@firmament/core/bytes";
import { canonicalText, type Json } from "@firmament/core/codec";
import type { Crypto } from "@firmament/core/keys";
import { append, encodeEntry, type Frontier, leafHash } from "@firmament/core/log";
import { decodeTransaction, outcomeDigest, type Transaction, transition, type Write } from "@firmament/core/registry";
import { type NodeRef, TreeSession } from "@firmament/core/state";
import type { Receipt } from "./block.ts";
import { drive, keyText } from "./drive.ts";
import type { NodeRows } from "./node-rows.ts";
import { blob, integer, string } from "./rows.ts";

/** Where a replica stands between two blocks. */
export interface Position {
  readonly height: number;
  readonly frontier: Frontier;
  readonly root: NodeRef | undefined;
}

interface Accepted {
  readonly bytes: Uint8Array;
  readonly id: string;
  readonly time: number;
  readonly rules: number;
  readonly trust: number;
  readonly writes: readonly Write[];
  readonly result: string;
}

const STATEMENTS = {
  entry: "INSERT INTO entries VALUES (?, ?)",
  block: "SELECT height, time FROM blocks WHERE first <= ? AND size > ? ORDER BY first DESC LIMIT 1",
  find: "SELECT idx, result FROM transactions WHERE id = ?",
  node: "INSERT INTO log_nodes VALUES (?, ?, ?)",
  put: "INSERT INTO state VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  read: "SELECT value FROM state WHERE key = ?",
  remove: "DELETE FROM state WHERE key = ?",
  transaction: "INSERT INTO transactions VALUES (?, ?, ?, ?)",
  trust: "INSERT INTO trust_steps VALUES (?, ?, ?)",
} as const;

export type FoldStatements = { readonly [K in keyof typeof STATEMENTS]: StatementSync };

export function prepareFold(database: DatabaseSync): FoldStatements {
  const prepared = Object.entries(STATEMENTS).map(([name, sql]) => [name, database.prepare(sql)]);
  return Object.fromEntries(prepared) as FoldStatements;
}

/**
 * One block in the making, inside an open SQLite transaction that its maker ends: every accepted transaction
 * changes state, tree and log in it, a refused one changes nothing.
 */
export class BlockFold {
  readonly #crypto: Crypto;
  readonly #ledger: string;
  readonly #time: number;
  readonly #sql: FoldStatements;
  readonly #tree: TreeSession;
  readonly height: number;
  #frontier: Frontier;
  #newest: number | undefined;

  constructor(
    from: Position,
    options: {
      readonly crypto: Crypto;
      readonly ledger: string;
      readonly nodes: NodeRows;
      readonly statements: FoldStatements;
      readonly time: number;
    },
  ) {
    this.#crypto = options.crypto;
    this.#ledger = options.ledger;
    this.#time = options.time;
    this.#sql = options.statements;
    this.#tree = new TreeSession(options.crypto, options.nodes, from.root);
    this.#frontier = from.frontier;
    this.height = from.height + 1;
  }

  get frontier(): Frontier {
    return this.#frontier;
  }

  get tree(): TreeSession {
    return this.#tree;
  }

  /** Ledger time of the newest entry that this block made, `undefined` while it made none. */
  get time(): number | undefined {
    return this.#newest;
  }

  /** The receipt of a transaction that was accepted before, in this block or an earlier one. */
  known(id: string): Receipt | undefined {
    const row = this.#sql.find.get(id);
    if (row === undefined) return undefined;
    const index = integer(row, "idx");
    const block = this.#sql.block.get(index, index);
    return {
      transaction: id,
      index,
      height: block === undefined ? this.height : integer(block, "height"),
      time: block === undefined ? (this.#newest ?? this.#time) : integer(block, "time"),
      result: JSON.parse(string(row, "result")) as Json,
    };
  }

  /**
   * Applies one transaction.
   *
   * @throws Refusal where the rules refuse it; anything else is a fault, and the whole block must be rolled back
   */
  execute(bytes: Uint8Array): Receipt {
    const transaction = decodeTransaction(this.#crypto, bytes);
    const before = this.known(transaction.id);
    if (before !== undefined) return before;
    const outcome = drive(transition(this.#crypto, this.#ledger, this.#time, transaction), (key) => {
      const row = this.#sql.read.get(keyText(key));
      return row === undefined ? undefined : blob(row, "value");
    });
    this.#recordTrust(transaction, outcome.trust);
    const { rules, trust, time, writes } = outcome;
    const result = canonicalText(outcome.result);
    const index = this.#recordWhole({ bytes, id: transaction.id, result, rules, time, trust, writes });
    return { transaction: transaction.id, index, height: this.height, time, result: outcome.result };
  }

  /** Writes an accepted transaction's effects and its log entry; genesis enters the log the same way. */
  record({ bytes, id, result, rules, time, trust, writes }: Accepted): number {
    const index = this.#frontier.size;
    for (const { key, value } of writes) {
      if (value === undefined) this.#sql.remove.run(keyText(key));
      else this.#sql.put.run(keyText(key), value);
    }
    const root = toBase64url(this.#tree.update(writes));
    const outcome = outcomeDigest(this.#crypto, writes);
    const entry = encodeEntry({ ledger: this.#ledger, outcome, root, rules, time, transaction: id, trust });
    this.#sql.entry.run(index, entry);
    this.#sql.transaction.run(index, id, bytes, result);
    const appended = append(this.#crypto, this.#frontier, leafHash(this.#crypto, entry));
    for (const node of appended.nodes) this.#sql.node.run(node.level, node.index, node.hash);
    this.#frontier = appended.frontier;
    this.#newest = time;
    return index;
  }

  // Past this point the transaction is accepted: whatever goes wrong is a fault, even where it looks like a refusal.
  #recordWhole(accepted: Accepted): number {
    try {
      return this.record(accepted);
    } catch (cause) {
      throw new Error(`recording transaction ${accepted.id} failed`, { cause });
    }
  }

  #recordTrust(transaction: Transaction, version: number): void {
    if (transaction.type !== "trust.next") return;
    const { document, signatures } = transaction.body;
    this.#sql.trust.run(version, new TextEncoder().encode(document), canonicalText(signatures));
  }
}
