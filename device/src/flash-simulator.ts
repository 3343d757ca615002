import type { Flash } from "./flash.ts";

/** The power went away during a flash operation; nothing more can be done before {@link FlashSimulator.powerOn}. */
export class PowerCut extends Error {
  override readonly name = "PowerCut";
}

export interface FlashSimulatorOptions {
  readonly size: number;
  readonly eraseSize: number;
  /** Bytes to begin with; erased flash where absent. */
  readonly content?: Uint8Array;
  /** Told every range that changed, to keep it beyond the process. */
  readonly onChange?: (offset: number, bytes: Uint8Array) => void;
}

export interface PlannedCut {
  /** Number of the write or erase, from 0 since the last `powerOn`, that the cut hits. */
  readonly operation: number;
  /** Bytes of it that still happen; 0 where absent, all of them where there are fewer. */
  readonly tornBytes?: number;
}

/** NOR flash in memory that counts its operations, loses power on request and can be damaged. */
export class FlashSimulator implements Flash {
  readonly size: number;
  readonly eraseSize: number;
  readonly #bytes: Uint8Array;
  readonly #onChange: (offset: number, bytes: Uint8Array) => void;
  #operations = 0;
  #cut: PlannedCut | undefined;
  #isOff = false;

  constructor({ size, eraseSize, content, onChange = () => undefined }: FlashSimulatorOptions) {
    if (size % eraseSize !== 0) throw new RangeError(`${size} bytes are no blocks of ${eraseSize}`);
    if (content !== undefined && content.length !== size) throw new RangeError(`content has ${content.length} bytes`);
    this.size = size;
    this.eraseSize = eraseSize;
    this.#bytes = content?.slice() ?? new Uint8Array(size).fill(0xff);
    this.#onChange = onChange;
  }

  /** Writes and erases since the last `powerOn`. */
  get operations(): number {
    return this.#operations;
  }

  /** A copy of all that the flash holds. */
  get content(): Uint8Array {
    return this.#bytes.slice();
  }

  cutPowerAt(cut: PlannedCut): void {
    this.#cut = cut;
  }

  powerOn(): void {
    this.#isOff = false;
    this.#cut = undefined;
    this.#operations = 0;
  }

  flipBit(offset: number, bit: number): void {
    const flipped = (this.#bytes[offset] ?? 0) ^ (1 << bit);
    this.#bytes[offset] = flipped;
    this.#onChange(offset, Uint8Array.of(flipped));
  }

  read(offset: number, length: number): Uint8Array {
    this.#assertAccess(offset, length);
    return this.#bytes.slice(offset, offset + length);
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#change(offset, bytes.length, (i) => (this.#bytes[offset + i] ?? 0) & (bytes[i] ?? 0));
  }

  erase(offset: number): void {
    if (offset % this.eraseSize !== 0) throw new RangeError(`no block begins at ${offset}`);
    this.#change(offset, this.eraseSize, () => 0xff);
  }

  #assertAccess(offset: number, length: number): void {
    if (this.#isOff) throw new PowerCut("the flash has no power");
    if (offset < 0 || offset + length > this.size)
      throw new RangeError(`access ${offset}+${length} is outside ${this.size}`);
  }

  #change(offset: number, length: number, valueAt: (i: number) => number): void {
    this.#assertAccess(offset, length);
    const cut = this.#cut?.operation === this.#operations++ ? this.#cut : undefined;
    const happening = cut === undefined ? length : Math.min(cut.tornBytes ?? 0, length);
    for (let i = 0; i < happening; i++) this.#bytes[offset + i] = valueAt(i);
    if (happening > 0) this.#onChange(offset, this.#bytes.slice(offset, offset + happening));
    if (cut === undefined) return;
    this.#isOff = true;
    throw new PowerCut(`power was cut at operation ${cut.operation}`);
  }
}
