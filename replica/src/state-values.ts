import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { StateKey } from "@firmament/core/state";
import { keyText } from "./drive.ts";
import { blob } from "./rows.ts";

/** Bytes of keys and values that stay in memory. */
const MAX_BYTES = 8 * 1024 * 1024;
/** What an entry takes beside its key and value, about. */
const ENTRY_BYTES = 128;

const sizeOf = (name: string, value: Uint8Array | undefined): number =>
  ENTRY_BYTES + name.length + (value?.length ?? 0);

interface Written {
  readonly before: Uint8Array | undefined;
  readonly value: Uint8Array | undefined;
}

/**
 * What the keys of the state hold: after the last block, and in the block in the making, whose writes stand in the open
 * SQLite transaction. What was used last stays in memory, since most transactions ask for the same few records; nobody
 * else may write to the database.
 */
export class StateValues {
  readonly #read: StatementSync;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  // Least recently used first.
  readonly #held = new Map<string, Uint8Array | undefined>();
  readonly #written = new Map<string, Written>();
  #bytes = 0;

  constructor(database: DatabaseSync) {
    this.#read = database.prepare("SELECT value FROM state WHERE key = ?");
    this.#put = database.prepare(
      "INSERT INTO state VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    );
    this.#remove = database.prepare("DELETE FROM state WHERE key = ?");
  }

  /** After the last committed block. */
  committed(key: StateKey): Uint8Array | undefined {
    const name = keyText(key);
    const written = this.#written.get(name);
    return written === undefined ? this.#load(name) : written.before;
  }

  /** In the block in the making. */
  newest(key: StateKey): Uint8Array | undefined {
    const name = keyText(key);
    const written = this.#written.get(name);
    return written === undefined ? this.#load(name) : written.value;
  }

  /** @param value `undefined` removes the key */
  write(key: StateKey, value: Uint8Array | undefined): void {
    const name = keyText(key);
    const written = this.#written.get(name);
    this.#written.set(name, { before: written === undefined ? this.#load(name) : written.before, value });
    if (value === undefined) this.#remove.run(name);
    else this.#put.run(name, value);
  }

  /** Says that the block is durable. */
  keep(): void {
    for (const [name, { value }] of this.#written) this.#hold(name, value);
    this.#written.clear();
  }

  /** Says that the block is dropped. */
  drop(): void {
    this.#written.clear();
  }

  #load(name: string): Uint8Array | undefined {
    const known = this.#held.get(name);
    if (known === undefined && !this.#held.has(name)) {
      const row = this.#read.get(name);
      const value = row === undefined ? undefined : blob(row, "value");
      this.#hold(name, value);
      return value;
    }
    // A Map iterates in insertion order, so putting a value back makes it the newest.
    this.#held.delete(name);
    this.#held.set(name, known);
    return known;
  }

  #hold(name: string, value: Uint8Array | undefined): void {
    if (this.#held.has(name)) this.#forget(name);
    this.#held.set(name, value);
    this.#bytes += sizeOf(name, value);
    for (const oldest of this.#held.keys()) {
      if (this.#bytes <= MAX_BYTES) break;
      this.#forget(oldest);
    }
  }

  #forget(name: string): void {
    this.#bytes -= sizeOf(name, this.#held.get(name));
    this.#held.delete(name);
  }
}
