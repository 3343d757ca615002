import { Refusal } from "@firmament/core/errors";
import {
  type BootTable,
  decodeBootTable,
  decodeCounters,
  decodeMemory,
  emptyMemory,
  encodeRecord,
  type Memory,
} from "@firmament/core/update";
import { type Flash, FlashRegion } from "./flash.ts";
import type { FlashLayout } from "./layout.ts";
import { RecordStore } from "./record-store.ts";

function readWith<T>(store: RecordStore, decode: (bytes: Uint8Array) => T): T | undefined {
  const bytes = store.read();
  if (bytes === undefined) return undefined;
  try {
    return decode(bytes);
  } catch (error) {
    // A record that another version wrote is as good as lost: a device must start with any content of its flash.
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

export type RecordName = "table" | "counters" | "memory";

/** The device's three records; a lost one reads as the factory's table, no counters and an empty memory. */
export class DeviceRecords {
  readonly #table: RecordStore;
  readonly #counters: RecordStore;
  readonly #memory: RecordStore;
  readonly #factory: BootTable;

  constructor(flash: Flash, layout: FlashLayout, factory: BootTable) {
    this.#table = new RecordStore(new FlashRegion(flash, layout.table));
    this.#counters = new RecordStore(new FlashRegion(flash, layout.counters));
    this.#memory = new RecordStore(new FlashRegion(flash, layout.memory));
    this.#factory = factory;
  }

  get #stores(): readonly (readonly [RecordName, RecordStore])[] {
    return [
      ["table", this.#table],
      ["counters", this.#counters],
      ["memory", this.#memory],
    ];
  }

  /** Records that were there and of which no copy is whole any more. */
  get lost(): readonly RecordName[] {
    return this.#stores.flatMap(([name, store]) => (store.isLost ? [name] : []));
  }

  /** Makes both copies of every record whole again, a lost one's with the factory's values. */
  repair(): void {
    const { lost } = this;
    if (lost.includes("table")) this.table = this.#factory;
    if (lost.includes("counters")) this.counters = this.#factory.components.map(() => 0);
    if (lost.includes("memory")) this.memory = emptyMemory;
    for (const [, store] of this.#stores) store.repair();
  }

  get table(): BootTable {
    return readWith(this.#table, decodeBootTable) ?? this.#factory;
  }

  set table(table: BootTable) {
    this.#table.write(encodeRecord(table));
  }

  get counters(): readonly number[] {
    const found = readWith(this.#counters, decodeCounters) ?? [];
    return this.#factory.components.map((_, i) => found[i] ?? 0);
  }

  /** Counters never fall, whoever asks. */
  set counters(counters: readonly number[]) {
    const before = this.counters;
    this.#counters.write(encodeRecord(counters.map((counter, i) => Math.max(counter, before[i] ?? 0))));
  }

  get memory(): Memory {
    return readWith(this.#memory, decodeMemory) ?? emptyMemory;
  }

  set memory(memory: Memory) {
    this.#memory.write(encodeRecord(memory));
  }
}
