import type { Place } from "@firmament/core/update";
import { type Flash, type FlashRange, FlashRegion } from "./flash.ts";

/** Sizes in bytes; each is rounded up to whole erase blocks. */
export interface LayoutSpec {
  readonly eraseSize: number;
  /** One copy of one record. */
  readonly recordSize: number;
  readonly journalSize: number;
  readonly components: readonly { readonly slotSize: number; readonly recoverySize?: number }[];
}

type Places = Readonly<Partial<Record<Place, FlashRange>>>;

/** Where everything lies in a device's flash. */
export interface FlashLayout {
  readonly size: number;
  readonly table: FlashRange;
  readonly counters: FlashRange;
  readonly memory: FlashRange;
  readonly journal: FlashRange;
  /** In the order of the boot table's components. */
  readonly components: readonly Places[];
}

/** Lays a device's flash out: records, journal, then the places of each component. */
export function layoutOf({ eraseSize, recordSize, journalSize, components }: LayoutSpec): FlashLayout {
  let end = 0;
  const take = (bytes: number): FlashRange => {
    const range = { offset: end, size: Math.ceil(bytes / eraseSize) * eraseSize };
    end += range.size;
    return range;
  };
  const record = (): FlashRange => take(2 * Math.ceil(recordSize / eraseSize) * eraseSize);
  const records = { table: record(), counters: record(), memory: record(), journal: take(journalSize) };
  const placed = components.map(({ slotSize, recoverySize }) => ({
    a: take(slotSize),
    b: take(slotSize),
    ...(recoverySize !== undefined && { recovery: take(recoverySize) }),
  }));
  return { ...records, components: placed, size: end };
}

/** The flash that holds one image. */
export function placeOf(flash: Flash, layout: FlashLayout, index: number, place: Place): Flash {
  const range = layout.components[index]?.[place];
  if (range === undefined) throw new RangeError(`component ${index} has no place ${place}`);
  return new FlashRegion(flash, range);
}
