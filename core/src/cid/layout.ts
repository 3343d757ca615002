import { contentLimits } from "./limits.ts";

/** Height of a part above the bytes: 0 is a piece, 1 links to pieces, 2 links to parts of level 1. */
export type Level = 0 | 1 | 2;

/** Bytes below one full part of the level. */
export function spanOf(level: 0 | 1): number {
  return level === 0 ? contentLimits.pieceBytes : contentLimits.pieceBytes * contentLimits.maxLinks;
}

/** Level of the root of content of this size. */
export function rootLevel(size: number): Level {
  if (size <= spanOf(0)) return 0;
  return size <= spanOf(1) ? 1 : 2;
}

/** Level of the parts that a node of `level` links to. */
export function levelBelow(level: 1 | 2): 0 | 1 {
  return level === 1 ? 0 : 1;
}

/** Sizes of the parts below a node of `level` with `size` bytes: all full but the last (balanced layout). */
export function sizesBelow(size: number, level: 1 | 2): readonly number[] {
  const span = spanOf(levelBelow(level));
  const count = Math.ceil(size / span);
  return Array.from({ length: count }, (_, i) => Math.min(span, size - i * span));
}
