import { bigEndian, concat, fromBigEndian, fromUtf8, utf8 } from "../bytes/index.ts";
import { refuse } from "./errors.ts";

/** The CBOR that the protocol uses: unsigned integers, byte strings, texts and arrays (PROTOCOL C-2). */
export type Cbor = number | string | Uint8Array | readonly Cbor[];

export interface CborLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
  readonly maxItems: number;
}

function head(major: number, argument: number): Uint8Array {
  const first = major << 5;
  if (argument < 24) return Uint8Array.of(first | argument);
  if (argument < 0x100) return Uint8Array.of(first | 24, argument);
  if (argument < 0x1_0000) return concat(Uint8Array.of(first | 25), bigEndian(argument, 2));
  if (argument < 0x1_0000_0000) return concat(Uint8Array.of(first | 26), bigEndian(argument, 4));
  return concat(Uint8Array.of(first | 27), bigEndian(argument, 8));
}

/** Deterministic CBOR (RFC 8949 section 4.2.1) of a value. */
export function encodeCbor(value: Cbor): Uint8Array {
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value) || value < 0) throw refuse("codec/number", `Got ${value}.`);
    return head(0, value);
  }
  if (typeof value === "string") {
    const bytes = utf8(value);
    return concat(head(3, bytes.length), bytes);
  }
  if (value instanceof Uint8Array) return concat(head(2, value.length), value);
  return concat(head(4, value.length), ...value.map(encodeCbor));
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #limits: CborLimits;
  #at = 0;
  #items = 0;

  constructor(bytes: Uint8Array, limits: CborLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  // Where the next bytes begin, once it is sure that there are so many.
  #pass(length: number): number {
    if (length > this.#bytes.length - this.#at) throw refuse("codec/cbor", `The bytes end early, at ${this.#at}.`);
    const start = this.#at;
    this.#at += length;
    return start;
  }

  #take(length: number): Uint8Array {
    const start = this.#pass(length);
    return this.#bytes.slice(start, this.#at);
  }

  #argument(info: number): number {
    if (info < 24) return info;
    if (info > 27) throw refuse("codec/cbor", `Additional information ${info} is not allowed (at ${this.#at - 1}).`);
    const width = 2 ** (info - 24);
    const value = fromBigEndian(this.#take(width));
    const floor = info === 24 ? 24 : 2 ** (4 * width);
    if (value < floor) throw refuse("codec/cbor", `The integer at ${this.#at - width} is not in its shortest form.`);
    if (!Number.isSafeInteger(value)) throw refuse("codec/number", "An integer exceeds 2^53-1.");
    return value;
  }

  item(depth: number): Cbor {
    if (depth > this.#limits.maxDepth) throw refuse("codec/too-deep", `The limit is ${this.#limits.maxDepth}.`);
    if (++this.#items > this.#limits.maxItems) {
      throw refuse("codec/too-large", `There are more than ${this.#limits.maxItems} items.`);
    }
    const initial = this.#bytes[this.#pass(1)] ?? 0;
    const argument = this.#argument(initial & 31);
    switch (initial >> 5) {
      case 0:
        return argument;
      case 2:
        return this.#take(argument);
      case 3:
        return fromUtf8(this.#take(argument));
      case 4:
        return this.#array(argument, depth);
      default:
        throw refuse("codec/cbor", `Major type ${initial >> 5} is not used (at ${this.#at - 1}).`);
    }
  }

  // An attacker chooses the length: items are read one by one, nothing is allocated for them ahead.
  #array(length: number, depth: number): Cbor[] {
    const items: Cbor[] = [];
    for (let i = 0; i < length; i++) items.push(this.item(depth + 1));
    return items;
  }
}

/**
 * Decodes one item of deterministic CBOR that fills all the bytes.
 *
 * @throws Refusal `codec/cbor`, `codec/too-large`, `codec/too-deep`, `codec/number`, `bytes/utf8`
 */
export function decodeCbor(bytes: Uint8Array, limits: CborLimits): Cbor {
  if (bytes.length > limits.maxBytes) {
    throw refuse("codec/too-large", `Got ${bytes.length} bytes, the limit is ${limits.maxBytes}.`);
  }
  const reader = new Reader(bytes, limits);
  const value = reader.item(0);
  if (!reader.done) throw refuse("codec/cbor", "There are bytes after the end.");
  return value;
}
