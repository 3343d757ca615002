import { crc32 } from "node:zlib";
import { bigEndian, concat, equal, fromBigEndian, utf8 } from "@firmament/core/bytes";
import { eraseRange, type Flash, FlashRegion } from "./flash.ts";

const MAGIC = utf8("FMR1");
const HEADER_BYTES = 20;

interface Copy {
  readonly sequence: number;
  readonly payload: Uint8Array;
}

/** A flash that does not keep what is written to it. */
export class FlashFault extends Error {
  override readonly name = "FlashFault";
}

/**
 * One small record that survives a loss of power at any point and any fault in one of its copies: two copies, each
 * `magic, CRC-32, write sequence, length, payload`, of which the newest with a right CRC is the record. A write
 * replaces the older copy and then the other; nothing is asked of the flash but that it leaves the other copy alone.
 */
export class RecordStore {
  readonly #copies: readonly [Flash, Flash];

  constructor(region: Flash) {
    const size = region.size / 2;
    this.#copies = [new FlashRegion(region, { offset: 0, size }), new FlashRegion(region, { offset: size, size })];
  }

  #newest(): { readonly at: 0 | 1; readonly copy: Copy } | undefined {
    const [first, second] = [readCopy(this.#copies[0]), readCopy(this.#copies[1])];
    if (first !== undefined && (second === undefined || first.sequence >= second.sequence))
      return { at: 0, copy: first };
    return second === undefined ? undefined : { at: 1, copy: second };
  }

  /** The record; undefined where none was ever written whole or both copies are damaged. */
  read(): Uint8Array | undefined {
    return this.#newest()?.copy.payload;
  }

  /** Whether there was a record and both copies are damaged. The second copy is written only after the first is whole. */
  get isLost(): boolean {
    const header = this.#copies[1].read(0, HEADER_BYTES);
    return this.#newest() === undefined && header.some((byte) => byte !== 0xff);
  }

  /**
   * Replaces the record; the same bytes again cost nothing.
   *
   * @throws FlashFault where the flash did not take it; the record is then the one before or the new one
   */
  write(payload: Uint8Array): void {
    const newest = this.#newest();
    if (newest === undefined || !equal(newest.copy.payload, payload)) {
      const copy = { sequence: (newest?.copy.sequence ?? 0) + 1, payload };
      writeCopy(this.#copies[newest?.at === 0 ? 1 : 0], copy);
    }
    this.repair();
  }

  /** Makes both copies the record again after a cut or a fault; costs nothing where they are. */
  repair(): void {
    const newest = this.#newest();
    if (newest === undefined) return;
    const other = this.#copies[newest.at === 0 ? 1 : 0];
    if (readCopy(other)?.sequence !== newest.copy.sequence) writeCopy(other, newest.copy);
  }
}

function writeCopy(flash: Flash, copy: Copy): void {
  const bytes = encodeCopy(copy);
  if (bytes.length > flash.size) throw new RangeError(`a record of ${bytes.length} bytes exceeds ${flash.size}`);
  eraseRange(flash, 0, bytes.length);
  flash.write(0, bytes);
  if (!equal(flash.read(0, bytes.length), bytes)) throw new FlashFault("a record did not read back as it was written");
}

function encodeCopy({ sequence, payload }: Copy): Uint8Array {
  const body = concat(bigEndian(sequence, 8), bigEndian(payload.length, 4), payload);
  return concat(MAGIC, bigEndian(crc32(body), 4), body);
}

function readCopy(flash: Flash): Copy | undefined {
  const header = flash.read(0, HEADER_BYTES);
  const length = fromBigEndian(header.subarray(16));
  if (!equal(header.subarray(0, 4), MAGIC) || length > flash.size - HEADER_BYTES) return undefined;
  const payload = flash.read(HEADER_BYTES, length);
  const crc = crc32(payload, crc32(header.subarray(8)));
  if (crc !== fromBigEndian(header.subarray(4, 8))) return undefined;
  return { sequence: fromBigEndian(header.subarray(8, 16)), payload };
}
