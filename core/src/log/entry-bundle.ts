import { bigEndian, concat, fromBigEndian } from "../bytes/index.ts";
import { show } from "../errors/index.ts";
import { refuse } from "./errors.ts";
import { tileWidth } from "./tile-path.ts";

const LENGTH_BYTES = 2;
const MAX_ENTRY_BYTES = 65_535;

function assertWidth(width: number): void {
  if (!Number.isInteger(width) || width < 1 || width > tileWidth)
    throw refuse("log/entries-form", `The width is ${show(width)}.`);
}

/**
 * Bytes of an entry bundle: each entry after its length in 16 bits, big-endian (c2sp.org/tlog-tiles).
 *
 * @throws Refusal `log/entries-form` but for 1 to 256 entries, `log/entries-length`
 */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  assertWidth(entries.length);
  const parts = entries.flatMap((entry) => {
    if (entry.length > MAX_ENTRY_BYTES) throw refuse("log/entries-length", `Got ${entry.length} bytes.`);
    return [bigEndian(entry.length, LENGTH_BYTES), entry];
  });
  return concat(...parts);
}

/**
 * Splits an entry bundle.
 *
 * @param width number of entries that its path promises, 1 … 256
 * @throws Refusal `log/entries-form` for fewer or more entries, or bytes after the last
 */
export function decodeEntryBundle(bytes: Uint8Array, width: number): readonly Uint8Array[] {
  assertWidth(width);
  const entries: Uint8Array[] = [];
  let at = 0;
  while (entries.length < width) {
    const start = at + LENGTH_BYTES;
    if (start > bytes.length) throw refuse("log/entries-form", `Entry ${entries.length} of ${width} is missing.`);
    at = start + fromBigEndian(bytes.subarray(at, start));
    if (at > bytes.length) throw refuse("log/entries-form", `Entry ${entries.length} is cut short.`);
    entries.push(bytes.slice(start, at));
  }
  if (at !== bytes.length) throw refuse("log/entries-form", `${bytes.length - at} bytes follow the last entry.`);
  return entries;
}
