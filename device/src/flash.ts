/**
 * NOR flash, or a part of it; offsets and lengths in bytes. A write clears bits and sets none; an erase sets all
 * bits of one block. A loss of power leaves any part of the operation in flight done, and nobody retries: whoever
 * reads must be able to tell. The content is not trusted, every reader checks what it reads.
 */
export interface Flash {
  readonly size: number;
  /** Bytes of an erase block. */
  readonly eraseSize: number;
  read(offset: number, length: number): Uint8Array;
  write(offset: number, bytes: Uint8Array): void;
  /** Erases the block that begins at `offset`. */
  erase(offset: number): void;
}

/** A part of a flash: `offset` and `size` are multiples of its erase block. */
export interface FlashRange {
  readonly offset: number;
  readonly size: number;
}

/** A view of one range; an access outside it is a fault of the program. */
export class FlashRegion implements Flash {
  readonly size: number;
  readonly eraseSize: number;
  readonly #flash: Flash;
  readonly #offset: number;

  constructor(flash: Flash, { offset, size }: FlashRange) {
    if (offset % flash.eraseSize !== 0 || size % flash.eraseSize !== 0) {
      throw new RangeError(`range ${offset}+${size} is not made of blocks of ${flash.eraseSize}`);
    }
    if (offset < 0 || offset + size > flash.size)
      throw new RangeError(`range ${offset}+${size} is outside ${flash.size}`);
    this.#flash = flash;
    this.#offset = offset;
    this.size = size;
    this.eraseSize = flash.eraseSize;
  }

  #at(offset: number, length: number): number {
    if (offset < 0 || offset + length > this.size) {
      throw new RangeError(`access ${offset}+${length} is outside ${this.size}`);
    }
    return this.#offset + offset;
  }

  read(offset: number, length: number): Uint8Array {
    return this.#flash.read(this.#at(offset, length), length);
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#flash.write(this.#at(offset, bytes.length), bytes);
  }

  erase(offset: number): void {
    this.#flash.erase(this.#at(offset, this.eraseSize));
  }
}

/** Erases every block from the one that holds byte `from` up to, not including, byte `to`. */
export function eraseRange(flash: Flash, from: number, to: number): void {
  for (let at = from - (from % flash.eraseSize); at < to; at += flash.eraseSize) flash.erase(at);
}
