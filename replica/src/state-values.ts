import type { DatabaseSync, StatementSync } from "node:sqlite";
import { keyText, type StateKey } from "@firmament/core/state";
import { RecentMap } from "./recent-map.ts";
import { blob } from "./rows.ts";

/** Bytes of keys and values that stay in memory, twice. */
const HELD_BYTES = 4 * 1024 * 1024;
/** What an entry takes beside its key and value, about. */
const ENTRY_BYTES = 128;

/** A value, or `null` of a key that is absent. */
type Held = Uint8Array | null;

const sizeOf = (name: string, value: Held): number => ENTRY_BYTES + name.length + (value?.length ?? 0);

/**
 * What the keys of the state hold: after the last block, and in the block in the making, whose writes become rows when it
 * is committed. What was used last stays in memory, since most transactions ask for the same few records; nobody else may
 * write to the database.
 */
export class StateValues {
  readonly #read: StatementSync;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  readonly #held = new RecentMap<Held>(HELD_BYTES, sizeOf);
  readonly #written = new Map<string, Uint8Array | undefined>();
  readonly #unflushed = new Set<string>();

  constructor(database: DatabaseSync) {
    this.#read = database.prepare("SELECT value FROM state WHERE key = ?");
    this.#put = database.prepare(
      "INSERT INTO state VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    );
    this.#remove = database.prepare("DELETE FROM state WHERE key = ?");
  }

  /** After the last committed block; not to be asked between {@link flush} and the block's end. */
  committed(key: StateKey): Uint8Array | undefined {
    return this.#load(keyText(key));
  }

  /** In the block in the making. */
  newest(key: StateKey): Uint8Array | undefined {
    const name = keyText(key);
    return this.#written.has(name) ? this.#written.get(name) : this.#load(name);
  }

  /** @param value `undefined` removes the key */
  write(key: StateKey, value: Uint8Array | undefined): void {
    const name = keyText(key);
    this.#written.set(name, value);
    this.#unflushed.add(name);
  }

  /** Makes rows of what was written since the last time. */
  flush(): void {
    for (const name of this.#unflushed) {
      const value = this.#written.get(name);
      if (value === undefined) this.#remove.run(name);
      else this.#put.run(name, value);
    }
    this.#unflushed.clear();
  }

  /** Says that the block is durable. */
  keep(): void {
    for (const [name, value] of this.#written) this.#held.set(name, value ?? null);
    this.drop();
  }

  /** Says that the block is dropped. */
  drop(): void {
    this.#written.clear();
    this.#unflushed.clear();
  }

  #load(name: string): Uint8Array | undefined {
    const held = this.#held.get(name);
    if (held !== undefined) return held ?? undefined;
    const row = this.#read.get(name);
    const value = row === undefined ? undefined : blob(row, "value");
    this.#held.set(name, value ?? null);
    return value;
  }
}
