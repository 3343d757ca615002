import {
  boolean,
  canonicalBytes,
  decodeCanonical,
  type Decoder,
  hexOf,
  idName,
  integer,
  list,
  object,
  oneOf,
} from "../codec/index.ts";
import type { BootTable, Component, Image, Selection, Trial } from "./boot-table.ts";
import { refuse } from "./errors.ts";
import { maxComponents, memory, type Memory } from "./memory.ts";
import { release } from "./offer.ts";

const limits = { maxBytes: 1_048_576, maxDepth: 8 };

const image: Decoder<Image> = object({
  ...release,
  size: integer(1),
  sha256: hexOf(32),
  sha384: hexOf(48),
});
const component: Decoder<Component> = object(
  { storageLocation: idName, slotSize: integer(1) },
  { a: image, b: image, recovery: image },
);
const selection: Decoder<Selection> = list(oneOf("a", "b", "recovery"), { min: 1, max: maxComponents });
const trial: Decoder<Trial> = object({ places: selection, bootsLeft: integer(0), returned: boolean });
const bootTable: Decoder<BootTable> = object(
  { components: list(component, { min: 1, max: maxComponents }), confirmed: selection },
  { fellBack: oneOf("previous", "recovery"), previous: selection, trial },
);
const counters = list(integer(0), { min: 1, max: maxComponents });

/** Canonical JSON of a record of the update client. */
export function encodeRecord(record: BootTable | Memory | readonly number[]): Uint8Array<ArrayBuffer> {
  return canonicalBytes(record);
}

/** @throws Refusal `codec/…` for another form, `update/table` for a selection of another length */
export function decodeBootTable(bytes: Uint8Array): BootTable {
  const table = bootTable(decodeCanonical(bytes, limits), "table");
  for (const places of [table.confirmed, table.previous, table.trial?.places]) {
    if (places !== undefined && places.length !== table.components.length) {
      throw refuse("update/table", `Got ${places.length} places for ${table.components.length} components.`);
    }
  }
  return table;
}

/** @throws Refusal `codec/…` for another form */
export function decodeMemory(bytes: Uint8Array): Memory {
  return memory(decodeCanonical(bytes, limits), "memory");
}

/** @throws Refusal `codec/…` for another form */
export function decodeCounters(bytes: Uint8Array): readonly number[] {
  return counters(decodeCanonical(bytes, limits), "counters");
}
