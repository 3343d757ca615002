import type { DatabaseSync } from "node:sqlite";
import { Refusal } from "@firmament/core/errors";
import type { Crypto } from "@firmament/core/keys";
import { decodeEntry } from "@firmament/core/log";
import { type Rulebook, RulesMissingError } from "@firmament/core/registry";
import type { BlockFold } from "../fold.ts";
import { Replica } from "../replica.ts";
import type { Note } from "./finding.ts";
import { Invariants } from "./invariants/index.ts";
import { BlockPlan, type PlannedBlock } from "./plan.ts";
import { shown } from "./values.ts";

/** Called now and then with the number of entries that were replayed. */
export type Progress = (entries: number) => void;

const PROGRESS_EVERY = 1000;

interface Source {
  readonly database: DatabaseSync;
  readonly crypto: Crypto;
  readonly genesisFile: Uint8Array;
  readonly rulebook: Rulebook;
}

/**
 * Executes a copy's transactions again from nothing, block by block, and checks the invariants after each. It ends at
 * the first transaction that is missing or refused; the replica then stands at the end of the block before.
 */
export class Replay implements Disposable {
  readonly replica: Replica;
  readonly #source: Source;
  readonly #note: Note;
  readonly #invariants: Invariants;

  /** @throws Refusal `genesis/…`, `codec/…`, `trust/…` where the genesis file founds nothing */
  constructor(source: Source, note: Note) {
    this.#source = source;
    this.#note = note;
    // The empty name is a temporary database that goes to disk as it grows.
    this.replica = Replica.open("", source.crypto, source.genesisFile, source);
    this.#invariants = new Invariants(this.replica.database, source.crypto, note);
  }

  /** @returns whether every entry was replayed */
  run(progress: Progress = () => undefined): boolean {
    this.#invariants.checkGenesis();
    const body = this.#source.database.prepare("SELECT id, bytes FROM transactions WHERE idx = ?");
    for (const block of new BlockPlan(this.#source.database, this.#source.crypto).blocks()) {
      if (block.height === 0 && block.size === 1) continue;
      const isNext = block.height === this.replica.status.height + 1 && block.first === this.replica.status.size;
      if (!isNext || !this.#block(block, (index) => body.get(index)?.["bytes"] ?? null)) return false;
      if (Math.floor(block.size / PROGRESS_EVERY) > Math.floor(block.first / PROGRESS_EVERY)) progress(block.size);
    }
    return true;
  }

  [Symbol.dispose](): void {
    this.replica[Symbol.dispose]();
  }

  #block(block: PlannedBlock, bytesAt: (index: number) => unknown): boolean {
    const fold = this.replica.begin(block.time);
    let isWhole = false;
    try {
      let index = block.first;
      while (index < block.size && this.#execute(fold, index, bytesAt(index))) index++;
      isWhole = index === block.size;
    } finally {
      if (!isWhole) this.replica.rollback();
    }
    if (isWhole) this.replica.commit();
    return isWhole;
  }

  #execute(fold: BlockFold, index: number, bytes: unknown): boolean {
    const where = `transactions idx=${index}, bytes`;
    const expected = `transaction ${this.#expectedId(index)}, accepted by the rules`;
    if (!(bytes instanceof Uint8Array)) {
      this.#note("audit/transactions", where, bytes === null ? "no row" : "no bytes", expected);
      return false;
    }
    try {
      const receipt = fold.execute(bytes);
      if (receipt.index === index) {
        fold.flush();
        this.#invariants.check(index, bytes);
        return true;
      }
      this.#note("audit/transactions", where, `the transaction of entry ${receipt.index} again`, expected);
    } catch (cause) {
      if (cause instanceof RulesMissingError) {
        this.#note("audit/rules", where, `decided by rules ${cause.rules}`, "rules that this build has");
        return false;
      }
      if (!(cause instanceof Refusal)) throw cause;
      this.#note("audit/transactions", where, `refused, ${cause.code}: ${shown(bytes)}`, expected);
    }
    return false;
  }

  #expectedId(index: number): string {
    const bytes = this.#source.database.prepare("SELECT bytes FROM entries WHERE idx = ?").get(index)?.["bytes"];
    try {
      return bytes instanceof Uint8Array ? decodeEntry(bytes).transaction : "of this entry";
    } catch {
      return "of this entry";
    }
  }
}
