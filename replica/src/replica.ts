import type { DatabaseSync, StatementSync } from "node:sqlite";
import { toBase64url } from "@firmament/core/bytes";
import { canonicalText } from "@firmament/core/codec";
import { Refusal } from "@firmament/core/errors";
import type { Crypto } from "@firmament/core/keys";
import { type Frontier, frontierAt, frontierRoot } from "@firmament/core/log";
import {
  decodeGenesis,
  type Genesis,
  genesisWrites,
  heldRecordOf,
  type Rulebook,
  rulebook,
  type Table,
} from "@firmament/core/registry";
import type { NodeRef } from "@firmament/core/state";
import { decodeTrustRoot, type TrustDocument } from "@firmament/core/trust";
import type { Block, Receipt } from "./block.ts";
import { Cosignatures } from "./cosignatures.ts";
import { drive } from "./drive.ts";
import { refuse } from "./errors.ts";
import { BlockFold, type FoldStatements, type Position, prepareFold } from "./fold.ts";
import { logNodes } from "./log-rows.ts";
import { NodeRows } from "./node-rows.ts";
import { blob, integer } from "./rows.ts";
import { openDatabase, unflushed } from "./schema.ts";
import { StateValues } from "./state-values.ts";
import { prepared } from "./statements.ts";

/** Where a replica stands. */
export interface ReplicaStatus {
  readonly ledger: string;
  readonly height: number;
  /** Entries in the log. */
  readonly size: number;
  /** RFC 6962 root, 32 bytes. */
  readonly root: Uint8Array;
  /** Time of the newest entry, seconds since 1970. */
  readonly time: number;
}

export interface ReplicaOptions {
  /** The versions of the rules that it can execute; the product's where none are given. */
  readonly rulebook?: Rulebook;
}

/** Versions of the state tree that are kept behind the newest, in blocks. */
const KEPT_BLOCKS = 256;

/**
 * One organisation's copy of a ledger. It trusts no source of blocks: every transaction is executed again by the
 * same rules. A block is one SQLite transaction: it is applied whole or not at all.
 */
export class Replica {
  readonly crypto: Crypto;
  readonly genesis: Genesis;
  readonly #rulebook: Rulebook;
  readonly database: DatabaseSync;
  readonly #nodes: NodeRows;
  readonly #state: StateValues;
  readonly #fold: FoldStatements;
  readonly #block: StatementSync;
  readonly #root: StatementSync;
  #position: Position;
  #time: number;
  #logRoot: Uint8Array;
  #open: BlockFold | undefined;
  readonly #cosignatures: Cosignatures;
  #trust: TrustDocument | undefined;

  private constructor(database: DatabaseSync, crypto: Crypto, genesis: Genesis, rules: Rulebook) {
    this.database = database;
    this.crypto = crypto;
    this.genesis = genesis;
    this.#rulebook = rules;
    this.#nodes = new NodeRows(database);
    this.#state = new StateValues(database);
    this.#fold = prepareFold(database);
    this.#block = database.prepare("INSERT INTO blocks VALUES (?, ?, ?, ?)");
    this.#root = database.prepare("INSERT INTO roots VALUES (?, ?, ?)");
    this.#cosignatures = new Cosignatures(database, crypto, genesis.ledger);
    this.#position = this.#read();
    this.#time = this.#newestTime();
    this.#logRoot = frontierRoot(crypto, this.#position.frontier);
  }

  /**
   * Opens a replica, and founds it from the genesis file where the database is new.
   *
   * @param path a file, or `:memory:`
   * @throws Refusal `replica/form` where the database belongs to another genesis
   */
  static open(path: string, crypto: Crypto, genesisFile: Uint8Array, options: ReplicaOptions = {}): Replica {
    const genesis = decodeGenesis(crypto, genesisFile);
    const database = openDatabase(path);
    try {
      const row = database.prepare("SELECT value FROM meta WHERE name = 'ledger'").get();
      if (row !== undefined && new TextDecoder().decode(blob(row, "value")) !== genesis.ledger) {
        throw refuse("replica/form", `It is not of ${genesis.ledger}.`);
      }
      const replica = new Replica(database, crypto, genesis, options.rulebook ?? rulebook);
      if (row === undefined) replica.#found(genesisFile);
      return replica;
    } catch (cause) {
      database.close();
      throw cause;
    }
  }

  get status(): ReplicaStatus {
    const { frontier, height } = this.#position;
    return { ledger: this.genesis.ledger, height, size: frontier.size, root: this.#logRoot, time: this.#time };
  }

  /** A record after the last committed block, also while another is in the making. */
  record<T>(table: Table<T>, ...parts: readonly string[]): T | undefined {
    const value = this.#state.committed([table.name, ...parts]);
    return value === undefined ? undefined : heldRecordOf(table, value);
  }

  /** Opens the next block at `time`; exactly one of {@link commit} and {@link rollback} must follow. */
  begin(time: number): BlockFold {
    if (this.#open !== undefined) throw new Error("a block is open already");
    this.database.exec("BEGIN IMMEDIATE");
    this.#open = new BlockFold(this.#position, {
      crypto: this.crypto,
      database: this.database,
      ledger: this.genesis.ledger,
      nodes: this.#nodes,
      rulebook: this.#rulebook,
      state: this.#state,
      statements: this.#fold,
      time,
    });
    return this.#open;
  }

  /**
   * Makes the open block durable; one without an entry leaves no trace.
   *
   * @param mark where the ledger's engine stands after this block, see {@link mark}; of a block without an entry,
   *   {@link keepMark} keeps it
   */
  commit(mark?: Uint8Array): void {
    const fold = this.#open;
    if (fold === undefined) throw new Error("no block is open");
    const before = this.#position;
    if (fold.time === undefined) {
      this.rollback();
      if (mark !== undefined) throw new Error("a block without an entry carries no mark");
      return;
    }
    if (mark !== undefined) this.#setMark(mark);
    fold.flush();
    const { size } = fold.frontier;
    const update = fold.tree.result();
    this.#nodes.write(update, size);
    this.#root.run(size, update.root?.id ?? null, update.rootHash);
    this.#block.run(fold.height, fold.time, before.frontier.size, size);
    this.#prune();
    this.database.exec("COMMIT");
    this.#nodes.hold(update);
    this.#state.keep();
    this.#position = { height: fold.height, frontier: fold.frontier, root: update.root };
    this.#time = fold.time;
    this.#logRoot = fold.root;
    this.#open = undefined;
  }

  /** What the engine's adapter wrote last. */
  get mark(): Uint8Array | undefined {
    const row = prepared(this.database, "SELECT value FROM meta WHERE name = 'mark'").get();
    return row === undefined ? undefined : blob(row, "value");
  }

  /** Keeps the mark of a block without an entry: durable only with the next block, since the engine tells it again. */
  keepMark(mark: Uint8Array): void {
    unflushed(this.database, () => this.#setMark(mark));
  }

  rollback(): void {
    this.#open = undefined;
    this.#state.drop();
    // SQLite has ended the transaction by itself where the disk was full.
    if (this.database.isTransaction) this.database.exec("ROLLBACK");
  }

  /**
   * Executes a block that another sequenced.
   *
   * @throws Refusal `replica/height` for a gap, `replica/divergence` where a transaction is refused here
   */
  apply(block: Block): readonly Receipt[] {
    const expected = this.#position.height + 1;
    if (block.height !== expected) throw refuse("replica/height", `Expected ${expected}, got ${block.height}.`);
    const fold = this.begin(block.time);
    try {
      const receipts = block.transactions.map((bytes) => fold.execute(bytes));
      if (fold.time !== block.time)
        throw refuse("replica/divergence", `Time ${block.time} became ${fold.time ?? "none"}.`);
      this.commit();
      return receipts;
    } catch (cause) {
      if (this.#open !== undefined) this.rollback();
      if (!(cause instanceof Refusal) || cause.code === "replica/divergence") throw cause;
      throw refuse("replica/divergence", `Block ${block.height}: ${cause.code}. ${cause.message}`, { cause });
    }
  }

  [Symbol.dispose](): void {
    if (this.#open !== undefined) this.rollback();
    this.database.close();
  }

  #setMark(mark: Uint8Array): void {
    const set = "INSERT INTO meta VALUES ('mark', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    prepared(this.database, set).run(mark);
  }

  #read(): Position {
    const last = this.database.prepare("SELECT height, size FROM blocks ORDER BY height DESC LIMIT 1").get();
    if (last === undefined) return { height: -1, frontier: { size: 0, hashes: [] }, root: undefined };
    const size = integer(last, "size");
    const frontier: Frontier = frontierAt(logNodes(this.database), size);
    return { height: integer(last, "height"), frontier, root: rootRefAt(this.database, size) };
  }

  #newestTime(): number {
    const row = this.database.prepare("SELECT time FROM blocks ORDER BY height DESC LIMIT 1").get();
    return row === undefined ? 0 : integer(row, "time");
  }

  // Genesis is block 0 with one entry; its digest stands where a transaction id stands later.
  #found(file: Uint8Array): void {
    const { body, digest, ledger, trust } = this.genesis;
    const writes = drive(genesisWrites(this.crypto, this.genesis), () => undefined);
    const fold = this.begin(body.time);
    fold.append({ bytes: file, id: digest, result: "{}", rules: body.rules, time: body.time, trust: 1, writes });
    const signatures = trust.signatures.map(({ kid, signature }) => ({ kid, signature: toBase64url(signature) }));
    this.#fold.trust.run(1, trust.document, canonicalText(signatures));
    this.database.prepare("INSERT INTO meta VALUES ('ledger', ?)").run(new TextEncoder().encode(ledger));
    this.database.prepare("INSERT INTO meta VALUES ('genesis', ?)").run(file);
    this.commit();
  }

  // The newest checkpoint that a quorum cosigned stays provable, however many blocks came after it.
  #prune(): void {
    const height = this.#position.height - KEPT_BLOCKS;
    const row = prepared(this.database, "SELECT size FROM blocks WHERE height = ?").get(height);
    if (row === undefined) return;
    const kept = Math.min(integer(row, "size"), this.#cosignatures.newest(this.#threshold()) ?? Infinity);
    this.#nodes.prune(kept);
    prepared(this.database, "DELETE FROM roots WHERE size < ?").run(kept);
  }

  #threshold(): number {
    const row = prepared(
      this.database,
      "SELECT version, document FROM trust_steps ORDER BY version DESC LIMIT 1",
    ).get();
    if (row === undefined) throw new Error("the database lacks trust/1");
    if (this.#trust?.version !== integer(row, "version")) {
      this.#trust = decodeTrustRoot(this.crypto, blob(row, "document")).document;
    }
    return this.#trust.threshold;
  }
}

/** Root of the state tree at the end of the block that made the log `size` long; `undefined` for none such. */
export function rootRefAt(database: DatabaseSync, size: number): NodeRef | undefined {
  const row = prepared(database, "SELECT node, hash FROM roots WHERE size = ?").get(size);
  if (row === undefined || row["node"] === null) return undefined;
  return { id: integer(row, "node"), hash: blob(row, "hash") };
}
