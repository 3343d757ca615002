import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Crypto } from "@firmament/core/keys";
import { decodeTransaction, type Transaction } from "@firmament/core/registry";
import { blob } from "../../rows.ts";
import type { Note } from "../finding.ts";
import { StateChanges } from "./changes.ts";
import { checkHeads } from "./heads.ts";
import { checkPublications } from "./publications.ts";
import { checkRecords } from "./records.ts";
import { checkReleases } from "./releases.ts";
import { Step } from "./step.ts";
import { checkTime } from "./time.ts";
import { checkTrust } from "./trust.ts";
import { checkValidators } from "./validators.ts";
import { checkVotes } from "./votes.ts";

/**
 * Judges what each transaction did to a replica's state by the clauses of PROTOCOL 15, apart from the rules that
 * accepted it. A record that no transaction wrote keeps what was true of it, so every record is judged at every entry.
 */
export class Invariants {
  readonly #crypto: Crypto;
  readonly #note: Note;
  readonly #changes: StateChanges;
  readonly #entry: StatementSync;
  readonly #value: StatementSync;

  /** @param database a replica's own, whose state begins to be watched */
  constructor(database: DatabaseSync, crypto: Crypto, note: Note) {
    this.#crypto = crypto;
    this.#note = note;
    this.#changes = new StateChanges(database);
    this.#entry = database.prepare("SELECT bytes FROM entries WHERE idx = ?");
    this.#value = database.prepare("SELECT value FROM state WHERE key = ?");
  }

  /** Judges the state as it stands; for entry 0. */
  checkGenesis(): void {
    this.#judge(0, undefined, this.#changes.everything());
  }

  /** Judges what was written since the last call: by transaction number `index`. */
  check(index: number, bytes: Uint8Array): void {
    this.#judge(index, decodeTransaction(this.#crypto, bytes), this.#changes.take());
  }

  #judge(index: number, transaction: Transaction | undefined, changes: Step["changes"]): void {
    const row = this.#entry.get(index);
    if (row === undefined) throw new RangeError(`there is no entry ${index}`);
    const read = (key: string) => {
      const found = this.#value.get(key);
      return found === undefined ? undefined : blob(found, "value");
    };
    const step = new Step({ changes, entry: blob(row, "bytes"), index, transaction }, read, this.#note);
    if (!checkRecords(step)) return;
    checkTime(step);
    checkReleases(step);
    checkPublications(step);
    checkHeads(step);
    checkVotes(step);
    checkValidators(step);
    checkTrust(step, this.#crypto);
  }
}
