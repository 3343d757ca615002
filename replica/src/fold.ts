import type { DatabaseSync, StatementSync } from "node:sqlite";
import { toBase64url } from "@firmament/core/bytes";
import { canonicalText } from "@firmament/core/codec";
import type { Crypto } from "@firmament/core/keys";
import { append, encodeEntry, type Frontier, frontierRoot, leafHash } from "@firmament/core/log";
import {
  assertRules,
  decodeTransaction,
  heldRecordOf,
  type Occasion,
  outcomeDigest,
  type Reading,
  type Rulebook,
  type Table,
  type Transaction,
  transition,
  type Write,
} from "@firmament/core/registry";
import { type NodeRef, TreeSession } from "@firmament/core/state";
import type { Receipt } from "./block.ts";
import { drive } from "./drive.ts";
import type { NodeRows } from "./node-rows.ts";
import { receiptOf } from "./receipts.ts";
import type { StateValues } from "./state-values.ts";

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
  node: "INSERT INTO log_nodes VALUES (?, ?, ?)",
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
  readonly #database: DatabaseSync;
  readonly #ledger: string;
  readonly #time: number;
  readonly #rulebook: Rulebook;
  readonly #sql: FoldStatements;
  readonly #state: StateValues;
  readonly #tree: TreeSession;
  readonly height: number;
  #frontier: Frontier;
  #newest: number | undefined;
  #root: { readonly hash: Uint8Array; readonly of: Frontier } | undefined;

  constructor(
    from: Position,
    options: {
      readonly crypto: Crypto;
      readonly database: DatabaseSync;
      readonly ledger: string;
      readonly nodes: NodeRows;
      readonly rulebook: Rulebook;
      readonly state: StateValues;
      readonly statements: FoldStatements;
      readonly time: number;
    },
  ) {
    this.#crypto = options.crypto;
    this.#database = options.database;
    this.#ledger = options.ledger;
    this.#time = options.time;
    this.#rulebook = options.rulebook;
    this.#sql = options.statements;
    this.#state = options.state;
    this.#tree = new TreeSession(options.crypto, options.nodes, from.root);
    this.#frontier = from.frontier;
    this.height = from.height + 1;
  }

  get frontier(): Frontier {
    return this.#frontier;
  }

  /** RFC 6962 root of the log, 32 bytes. */
  get root(): Uint8Array {
    if (this.#root?.of !== this.#frontier) {
      this.#root = { hash: frontierRoot(this.#crypto, this.#frontier), of: this.#frontier };
    }
    return this.#root.hash;
  }

  get tree(): TreeSession {
    return this.#tree;
  }

  /** Ledger time of the newest entry that this block made, `undefined` while it made none. */
  get time(): number | undefined {
    return this.#newest;
  }

  /** A record as the block has it so far. */
  record<T>(table: Table<T>, ...parts: readonly string[]): T | undefined {
    const value = this.#state.newest([table.name, ...parts]);
    return value === undefined ? undefined : heldRecordOf(table, value);
  }

  /** The receipt of a transaction that was accepted before, in this block or an earlier one. */
  known(id: string): Receipt | undefined {
    return receiptOf(this.#database, id, { height: this.height, time: this.#newest ?? this.#time });
  }

  /**
   * Decodes a transaction of the block.
   *
   * @throws Refusal of its form, only where the rulebook has the rules in force
   * @throws RulesMissingError where it lacks them: newer rules may know the form
   */
  decode(bytes: Uint8Array): Transaction {
    try {
      return decodeTransaction(this.#crypto, bytes);
    } catch (cause) {
      this.#drive(assertRules(this.#occasion));
      throw cause;
    }
  }

  /**
   * Applies one transaction.
   *
   * @param decoded the same bytes, where the caller has decoded them already
   * @throws Refusal where the rules refuse it; anything else is a fault, and the whole block must be rolled back
   * @throws RulesMissingError where the rulebook lacks the rules in force: the replica can go no further
   */
  execute(bytes: Uint8Array, decoded?: Transaction): Receipt {
    const transaction = decoded ?? this.decode(bytes);
    const before = this.known(transaction.id);
    if (before !== undefined) return before;
    const outcome = this.#drive(transition(this.#occasion, transaction));
    this.#recordTrust(transaction, outcome.trust);
    const { rules, trust, time, writes } = outcome;
    const result = canonicalText(outcome.result);
    const index = this.#recordWhole({ bytes, id: transaction.id, result, rules, time, trust, writes });
    return { transaction: transaction.id, index, height: this.height, time, result: outcome.result };
  }

  /** Makes rows of the records so far; committing does it too. For whoever watches the table. */
  flush(): void {
    this.#state.flush();
  }

  /** Writes an accepted transaction's effects and its log entry; genesis enters the log the same way. */
  append({ bytes, id, result, rules, time, trust, writes }: Accepted): number {
    const index = this.#frontier.size;
    for (const { key, value } of writes) this.#state.write(key, value);
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

  #drive<T>(reading: Reading<T>): T {
    return drive(reading, (key) => this.#state.newest(key));
  }

  get #occasion(): Occasion {
    const [crypto, ledger, rulebook] = [this.#crypto, this.#ledger, this.#rulebook];
    return { crypto, index: this.#frontier.size, ledger, rulebook, time: this.#time };
  }

  // Past this point the transaction is accepted: whatever goes wrong is a fault, even where it looks like a refusal.
  #recordWhole(accepted: Accepted): number {
    try {
      return this.append(accepted);
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
