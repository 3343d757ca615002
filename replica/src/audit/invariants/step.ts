import { fromUtf8 } from "@firmament/core/bytes";
import { canonicalText } from "@firmament/core/codec";
import { type Table, tables, type Transaction } from "@firmament/core/registry";
import type { Note } from "../finding.ts";

/** One record that a transaction wrote. */
export interface Change {
  readonly table: string;
  readonly parts: readonly string[];
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
}

/** A {@link Change} in its table's form. */
export interface Changed<T> {
  readonly parts: readonly string[];
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/** Reads a record's value after the transaction by its key's text. */
export type ReadRecord = (key: string) => Uint8Array | undefined;

/** What one accepted transaction did, with the whole state before and after it. */
export class Step {
  readonly index: number;
  /** `undefined` for the genesis. */
  readonly transaction: Transaction | undefined;
  readonly changes: readonly Change[];
  /** Bytes of the log entry that it made. */
  readonly entry: Uint8Array;
  readonly #note: Note;
  readonly #read: ReadRecord;

  constructor(what: Pick<Step, "changes" | "entry" | "index" | "transaction">, read: ReadRecord, note: Note) {
    this.index = what.index;
    this.transaction = what.transaction;
    this.changes = what.changes;
    this.entry = what.entry;
    this.#note = note;
    this.#read = read;
  }

  readonly note: Note = (code, where, found, expected) => {
    this.#note(code, `entry ${this.index}, ${where}`, found, expected);
  };

  /** The record after the transaction. */
  after<T>(table: Table<T>, ...parts: readonly string[]): T | undefined {
    const value = this.#read(canonicalText([table.name, ...parts]));
    return value === undefined ? undefined : decode(table, value);
  }

  /** The record before the transaction. */
  before<T>(table: Table<T>, ...parts: readonly string[]): T | undefined {
    const change = this.changes.find((each) => each.table === table.name && each.parts.join("\n") === parts.join("\n"));
    if (change === undefined) return this.after(table, ...parts);
    return change.before === undefined ? undefined : decode(table, change.before);
  }

  changed<T>(table: Table<T>): readonly Changed<T>[] {
    return this.changes
      .filter((each) => each.table === table.name)
      .map(({ after, before, parts }) => ({
        parts,
        before: before === undefined ? undefined : decode(table, before),
        after: after === undefined ? undefined : decode(table, after),
      }));
  }

  /** Organisation of the transaction's signer. */
  signer(): string | undefined {
    return this.transaction === undefined
      ? undefined
      : this.before(tables.identity, this.transaction.kid)?.organisation;
  }
}

function decode<T>(table: Table<T>, value: Uint8Array): T {
  return table.decode(JSON.parse(fromUtf8(value)), table.name);
}
