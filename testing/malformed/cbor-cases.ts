import { bigEndian, concat, fromBigEndian } from "@firmament/core/bytes";
import type { MalformedCase } from "./byte-cases.ts";
import { type Random, sampleOf } from "./random.ts";

interface Head {
  readonly at: number;
  readonly major: number;
  readonly argument: number;
  /** First byte behind the head. */
  readonly end: number;
}

/** The heads of well-formed CBOR without tags and indefinite lengths, in their order. */
function headsOf(bytes: Uint8Array): readonly Head[] {
  const heads: Head[] = [];
  for (let at = 0; at < bytes.length;) {
    const initial = bytes[at] ?? 0;
    const info = initial & 31;
    const end = at + 1 + (info < 24 ? 0 : 2 ** (info - 24));
    const argument = info < 24 ? info : fromBigEndian(bytes.subarray(at + 1, end));
    const major = initial >> 5;
    heads.push({ at, major, argument, end });
    at = major === 2 || major === 3 ? end + argument : end;
  }
  return heads;
}

const WIDTHS = [1, 2, 4, 8] as const;
const [FULL_32, FULL_64] = [new Uint8Array(4).fill(0xff), new Uint8Array(8).fill(0xff)];

function wide(major: number, info: number, argument: Uint8Array): Uint8Array {
  return concat(Uint8Array.of((major << 5) | info), argument);
}

/** Heads that must not stand where an honest one does. */
function* strangeHeads({ argument, major }: Head, honest: number): Generator<readonly [string, Uint8Array]> {
  for (const [i, width] of WIDTHS.entries())
    if (width + 1 > honest && argument < 256 ** width)
      yield [`argument in ${width} bytes`, wide(major, 24 + i, bigEndian(argument, width))];
  for (const other of [0, 1, 2, 3, 4, 5, 6, 7])
    if (other !== major) yield [`major type ${other}`, wide(other, 27, bigEndian(argument, 8))];
  for (const info of [28, 29, 30, 31]) yield [`additional information ${info}`, wide(major, info, new Uint8Array(0))];
  yield ["a claim of 2^32-1", wide(major, 26, FULL_32)];
  yield ["a claim of 2^64-1", wide(major, 27, FULL_64)];
  yield ["a claim of 2^63", wide(major, 27, Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 0))];
  yield ["a claim of 2^53", wide(major, 27, bigEndian(2 ** 53, 8))];
  yield ["one more", wide(major, 27, bigEndian(argument + 1, 8))];
}

/** What stands in place of, or before, a whole item. */
const PREFIXES: readonly (readonly [string, readonly number[]])[] = [
  ["a tag", [0xc0]],
  ["the self-described tag", [0xd9, 0xd9, 0xf7]],
  ["a half float", [0xf9, 0x3c, 0x00]],
  ["a double", [0xfb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0]],
  ["NaN", [0xf9, 0x7e, 0x00]],
  ["false", [0xf4]],
  ["null", [0xf6]],
  ["undefined", [0xf7]],
  ["a simple value", [0xf8, 0xff]],
  ["break", [0xff]],
  ["a negative integer", [0x20]],
  ["a map", [0xa1, 0x01, 0x01]],
  ["a map with a key twice", [0xa2, 0x01, 0x01, 0x01, 0x02]],
  ["an empty array", [0x80]],
  ["an empty byte string", [0x40]],
  ["text that is no UTF-8", [0x62, 0xc0, 0xaf]],
  ["an indefinite byte string", [0x5f, 0x41, 0x00, 0xff]],
  ["an indefinite text", [0x7f, 0x61, 0x61, 0xff]],
  ["an indefinite array", [0x9f, 0xff]],
  ["an indefinite map", [0xbf, 0xff]],
];

/** Other encodings of the same item, other items, and claims of lengths that are not there. */
export function* cborCases(random: Random, bytes: Uint8Array, most: number): Generator<MalformedCase> {
  const heads = headsOf(bytes);
  for (const head of [...heads.slice(0, 1), ...sampleOf(random, heads.slice(1), most)]) {
    const [before, after] = [bytes.subarray(0, head.at), bytes.subarray(head.end)];
    for (const [change, strange] of strangeHeads(head, head.end - head.at))
      yield { change: `head at ${head.at}: ${change}`, bytes: concat(before, strange, after) };
    const follows = head.major === 2 || head.major === 3 ? after.subarray(head.argument) : after;
    for (const [change, prefix] of PREFIXES) {
      const strange = Uint8Array.from(prefix);
      yield { change: `at ${head.at}: ${change} before`, bytes: concat(before, strange, bytes.subarray(head.at)) };
      yield { change: `at ${head.at}: ${change} instead`, bytes: concat(before, strange, follows) };
    }
  }
}

/** Short bytes that claim much. */
export function* costlyItems(): Generator<MalformedCase> {
  for (const major of [2, 3, 4, 5])
    for (const claim of [
      wide(major, 26, FULL_32),
      wide(major, 27, FULL_64),
      wide(major, 27, bigEndian(2 ** 53 - 1, 8)),
    ]) {
      yield { change: `major type ${major} claims`, bytes: claim };
      yield { change: `major type ${major} claims and begins`, bytes: concat(claim, new Uint8Array(500_000)) };
    }
  yield { change: "nested arrays", bytes: new Uint8Array(100_000).fill(0x81) };
  yield { change: "nested claims", bytes: concat(...Array.from({ length: 10_000 }, () => wide(4, 27, FULL_64))) };
  yield { change: "nested tags", bytes: new Uint8Array(100_000).fill(0xc1) };
  yield { change: "many items", bytes: concat(wide(4, 26, bigEndian(900_000, 4)), new Uint8Array(900_000)) };
  yield { change: "too many bytes", bytes: new Uint8Array(8_000_000) };
}
