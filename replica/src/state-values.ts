import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { StateKey } from "@firmament/core/state";
import { keyText } from "./drive.ts";
import { RecentMap } from "./recent-map.ts";
import { blob } from "./rows.ts";

/** Bytes of keys and values that stay in memory, twice. */
const HELD_BYTES = 4 * 1024 * 1024;
/** What an entry takes beside its key and value, about. */
const ENTRY_BYTES = 128;

/** A value, or `null` of a key that is absent. */
type Held = Uint8Array | null;

const sizeOf = (name: string, value: Held): number => ENTRY_BYTES + name.length + (value?.length ?? 0);

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
  readonly #held = new RecentMap<Held>(HELD_BYTES, sizeOf);
  readonly #written = new Map<string, Written>();

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
    for (const [name, { value }] of this.#written) this.#held.set(name, value ?? null);
    this.#written.clear();
  }

  /** Says that the block is dropped. */
  drop(): void {
    this.#written.clear();
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
