import { canonicalBytes, canonicalText } from "../codec/index.ts";
import { fromUtf8 } from "../bytes/index.ts";
import type { StateKey } from "../state/index.ts";
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
    const missing = keys.filter((key) => !this.#values.has(canonicalText(key)));
    if (missing.length === 0) return;
    const values = yield missing;
    for (const [i, key] of missing.entries()) this.#values.set(canonicalText(key), values[i]);
  }

  *get<T>(table: Table<T>, ...parts: readonly string[]): Reading<T | undefined> {
    const key: StateKey = [table.name, ...parts];
    yield* this.load([key]);
    const value = this.#values.get(canonicalText(key));
    return value === undefined ? undefined : table.decode(JSON.parse(fromUtf8(value)), table.name);
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
    const bytes = canonicalBytes(value);
    this.#values.set(canonicalText(key), bytes);
    this.#written.set(canonicalText(key), { key, value: bytes });
  }

  get writes(): readonly Write[] {
    return [...this.#written.values()];
  }
}
