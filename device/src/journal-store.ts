import { crc32 } from "node:zlib";
import { bigEndian, concat, fromBigEndian } from "@firmament/core/bytes";
import { Refusal } from "@firmament/core/errors";
import { decodeSignedEntry, encodeSignedEntry, type SignedEntry } from "@firmament/core/journal";
import type { Flash } from "./flash.ts";

/** Bytes that one entry takes; the longest signed entry (RS384 with a key of 4096 bits) fits. */
export const journalCellBytes = 2048;

const HEADER_BYTES = 8;

/**
 * Journal entries in a ring of cells `CRC-32, length, signed entry`. An entry that a loss of power tore was never
 * recorded; its cell is skipped. When the ring is full the block of the oldest entries goes, so a device sends its
 * entries before that; their absence then shows as a gap.
 */
export class JournalStore {
  readonly #flash: Flash;
  readonly #cells: number;
  /** Cell of the newest entry, -1 for none; looked for once, since nobody else writes. */
  #last: number | undefined;

  constructor(flash: Flash) {
    if (flash.eraseSize % journalCellBytes !== 0)
      throw new RangeError(`cells do not fill a block of ${flash.eraseSize}`);
    if (flash.size < 2 * flash.eraseSize) throw new RangeError("a journal needs two blocks");
    this.#flash = flash;
    this.#cells = flash.size / journalCellBytes;
  }

  #cell(index: number): SignedEntry | undefined {
    const at = index * journalCellBytes;
    const header = this.#flash.read(at, HEADER_BYTES);
    const length = fromBigEndian(header.subarray(4));
    if (length > journalCellBytes - HEADER_BYTES) return undefined;
    const body = this.#flash.read(at + HEADER_BYTES, length);
    return crc32(body) === fromBigEndian(header.subarray(0, 4)) ? parsed(body) : undefined;
  }

  #found(): { readonly index: number; readonly signed: SignedEntry }[] {
    const found = [];
    for (let index = 0; index < this.#cells; index++) {
      const signed = this.#cell(index);
      if (signed !== undefined) found.push({ index, signed });
    }
    return found.sort((a, b) => a.signed.entry.sequence - b.signed.entry.sequence);
  }

  /** The entries that are still kept, oldest first. */
  entries(): readonly SignedEntry[] {
    return this.#found().map(({ signed }) => signed);
  }

  /** Keeps the entry that follows the last one. */
  append(signed: SignedEntry): void {
    const body = encodeSignedEntry(signed);
    if (body.length > journalCellBytes - HEADER_BYTES) throw new RangeError(`an entry has ${body.length} bytes`);
    const index = this.#freeCell();
    this.#last = undefined;
    this.#flash.write(index * journalCellBytes, concat(bigEndian(crc32(body), 4), bigEndian(body.length, 4), body));
    this.#last = index;
  }

  #freeCell(): number {
    this.#last ??= this.#found().at(-1)?.index ?? -1;
    let index = (this.#last + 1) % this.#cells;
    const beginsBlock = () => (index * journalCellBytes) % this.#flash.eraseSize === 0;
    while (!beginsBlock() && !this.#isBlank(index, journalCellBytes)) index = (index + 1) % this.#cells;
    // The block of the oldest entries, or one whose erase was torn.
    if (beginsBlock() && !this.#isBlank(index, this.#flash.eraseSize)) this.#flash.erase(index * journalCellBytes);
    return index;
  }

  #isBlank(index: number, length: number): boolean {
    return this.#flash.read(index * journalCellBytes, length).every((byte) => byte === 0xff);
  }
}

// A cell that another version wrote must not keep the device from starting.
function parsed(body: Uint8Array): SignedEntry | undefined {
  try {
    return decodeSignedEntry(body);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
