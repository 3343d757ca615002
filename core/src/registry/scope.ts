import { canonicalBytes } from "../codec/index.ts";
import { keyText, type StateKey } from "../state/index.ts";
import { heldRecordOf } from "./held-records.ts";
import type { Table } from "./records.ts";

/** One change of the state; no value means that the key is removed. */
export interface Write {
  readonly key: StateKey;
  readonly value: Uint8Array | undefined;
}

/**
 * A computation that reads the state by yielding lists of keys and being resumed with their values in the same
 * order. Whoever drives it decides whether a read is synchronous (SQLite) or not (Fabric).
 */
export type Reading<T> = Generator<readonly StateKey[], T, readonly (Uint8Array | undefined)[]>;

/**
 * The state as one transaction sees it: what is committed, under its own writes. Committed values are decoded
 * without the canonical check, since only accepted transactions wrote them.
 */
export class Scope {
  readonly #values = new Map<string, Uint8Array | undefined>();
  readonly #written = new Map<string, Write>();

  /** Loads the keys that are not known yet in one step. */
  *load(keys: readonly StateKey[]): Reading<void> {
    const missing = keys.filter((key) => !this.#values.has(keyText(key)));
    if (missing.length > 0) yield* this.#fetch(missing, missing.map(keyText));
  }

  *get<T>(table: Table<T>, ...parts: readonly string[]): Reading<T | undefined> {
    const key: StateKey = [table.name, ...parts];
    const name = keyText(key);
    if (!this.#values.has(name)) yield* this.#fetch([key], [name]);
    const value = this.#values.get(name);
    return value === undefined ? undefined : heldRecordOf(table, value);
  }

  /** A record that an earlier transaction must have written: its absence is a fault, not a refusal. */
  *must<T>(table: Table<T>, ...parts: readonly string[]): Reading<T> {
    const found = yield* this.get(table, ...parts);
    if (found === undefined) throw new Error(`the state lacks ${table.name} ${parts.join(" ")}`);
    return found;
  }

  /**
   * Writes a record. Its own decoder sees it first: what a table could not give back later is refused now.
   *
   * @throws Refusal `codec/…`
   */
  put<T>(table: Table<T>, parts: readonly string[], value: T): void {
    table.decode(value, table.name);
    const key: StateKey = [table.name, ...parts];
    const name = keyText(key);
    const bytes = canonicalBytes(value);
    this.#values.set(name, bytes);
    this.#written.set(name, { key, value: bytes });
  }

  get writes(): readonly Write[] {
    return [...this.#written.values()];
  }

  *#fetch(keys: readonly StateKey[], names: readonly string[]): Reading<void> {
    const values = yield keys;
    for (const [i, name] of names.entries()) this.#values.set(name, values[i]);
  }
}
