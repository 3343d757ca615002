import { hash } from "node:crypto";
import fc from "fast-check";
import { ContentFold, type FoldedContent, contentLimits } from "@firmament/core/cid";
import { crypto } from "./crypto.ts";

const piece = contentLimits.pieceBytes;

/** Sizes around the borders of pieces and of the first inner node, and a few at any place. */
export const anySize = fc.oneof(
  fc
    .tuple(fc.constantFrom(0, 1, 2, 3, 1023, 1024, 1025, 2048, 2049), fc.integer({ min: -2, max: 2 }))
    .map(([pieces, near]) => Math.max(0, pieces * piece + near)),
  fc.integer({ min: 0, max: 3 * 1024 * piece }),
);

/** The digest that the synthetic piece `i` has; no bytes need exist for it. */
export function digestOf(i: number): Uint8Array {
  return hash("sha256", `piece ${i}`, "buffer");
}

/** Folds synthetic content of `size` bytes: leaf digests only. */
export function foldOfSize(size: number): FoldedContent {
  const fold = new ContentFold(crypto);
  for (let i = 0; i * piece < size; i++) fold.addDigest(digestOf(i), Math.min(piece, size - i * piece));
  return fold.finish();
}
