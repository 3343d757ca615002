import { concat } from "@firmament/core/bytes";
import { type Random, sampleOf } from "./random.ts";

/** One input, and what was done to an honest one to make it. */
export interface MalformedCase {
  readonly change: string;
  readonly bytes: Uint8Array;
}

/** The input cut off before every byte. */
export function* truncations(bytes: Uint8Array): Generator<MalformedCase> {
  for (let at = 0; at < bytes.length; at++) yield { change: `cut at ${at}`, bytes: bytes.slice(0, at) };
}

/** The input with one bit changed, in at most `most` of its bytes. */
export function* bitFlips(random: Random, bytes: Uint8Array, most: number): Generator<MalformedCase> {
  for (const at of sampleOf(random, [...bytes.keys()], most)) {
    const flipped = bytes.slice();
    const bit = random(8);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
    yield { change: `bit ${bit} of byte ${at}`, bytes: flipped };
  }
}

/** Bytes that are left out, doubled, added at either end, or nothing but noise. */
export function* rearrangements(random: Random, bytes: Uint8Array): Generator<MalformedCase> {
  for (const tail of [[0], [0x0a], [0x20], [0xff], [0xef, 0xbb, 0xbf], [...bytes]]) {
    yield { change: `${tail.length} bytes behind`, bytes: concat(bytes, Uint8Array.from(tail)) };
    yield { change: `${tail.length} bytes in front`, bytes: concat(Uint8Array.from(tail), bytes) };
  }
  for (let i = 0; i < 16; i++) {
    const at = 1 + random(bytes.length - 1);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    yield { change: `byte ${at} left out`, bytes: concat(before, after.subarray(1)) };
    yield { change: `byte ${at} twice`, bytes: concat(before, after.subarray(0, 1), after) };
    yield { change: `turned at ${at}`, bytes: concat(after, before) };
    yield { change: `noise ${i}`, bytes: Uint8Array.from({ length: random(200) }, () => random(256)) };
  }
}
