import { canonicalBytes, decodeCanonical, integer, object, seconds } from "@firmament/core/codec";

const form = object({ height: integer(0), time: seconds });
const LIMITS = { maxBytes: 128, maxDepth: 1 };

/** Where the engine stands after a block: its own height, which counts empty blocks too, and its time in seconds. */
export type EngineMark = ReturnType<typeof form>;

export function encodeMark(mark: EngineMark): Uint8Array {
  return canonicalBytes(mark);
}

/** @throws Refusal `codec/…` */
export function decodeMark(bytes: Uint8Array | undefined): EngineMark {
  return bytes === undefined ? { height: 0, time: 0 } : form(decodeCanonical(bytes, LIMITS), "mark");
}
