import { show } from "../errors/index.ts";
import type { Crypto } from "../keys/index.ts";
import { refuse } from "./errors.ts";
import type { Frontier } from "./frontier.ts";
import { foldSubtrees } from "./hash.ts";
import { storedNode } from "./node-reader.ts";
import type { NodeReader } from "./node-reader.ts";
import { half, isOdd, isSize, topLevel, trailingZeros } from "./positions.ts";

// Subtrees that cover leaves [start, end), largest first; `start` is a multiple of a power of two >= end - start.
function subtreesOf(nodes: NodeReader, start: number, end: number): Uint8Array[] {
  const hashes: Uint8Array[] = [];
  for (let at = start; at < end;) {
    const level = topLevel(end - at);
    hashes.push(storedNode(nodes, level, at / 2 ** level));
    at += 2 ** level;
  }
  return hashes;
}

// Hashes beside the path from a complete subtree to the root of `size` leaves, lowest first.
function pathFrom(
  crypto: Crypto,
  nodes: NodeReader,
  from: { level: number; index: number },
  size: number,
): Uint8Array[] {
  const path: Uint8Array[] = [];
  let { level, index } = from;
  let last = Math.floor((size - 1) / 2 ** level);
  for (; index !== last; level++) {
    const beside = isOdd(index) ? index - 1 : index + 1;
    const end = Math.min((beside + 1) * 2 ** level, size);
    path.push(foldSubtrees(crypto, subtreesOf(nodes, beside * 2 ** level, end)));
    [index, last] = [half(index), half(last)];
  }
  for (; index > 0; level++) {
    if (isOdd(index)) path.push(storedNode(nodes, level, index - 1));
    index = half(index);
  }
  return path;
}

/** Frontier of the tree of `size` leaves, read back from storage: how a sequencer starts again. */
export function frontierAt(nodes: NodeReader, size: number): Frontier {
  if (!isSize(size)) throw new RangeError(`${size} is no tree size`);
  return { size, hashes: subtreesOf(nodes, 0, size) };
}

/** Root of the tree of the first `size` leaves. */
export function rootAt(crypto: Crypto, nodes: NodeReader, size: number): Uint8Array {
  return foldSubtrees(crypto, frontierAt(nodes, size).hashes);
}

/**
 * Proof that leaf `index` is in the tree of `size` leaves (RFC 6962 section 2.1.1), from the leaf's side up.
 * The caller has checked that the store holds `size` leaves.
 *
 * @throws Refusal `log/inclusion-range`
 */
export function inclusionProof(
  crypto: Crypto,
  nodes: NodeReader,
  { index, size }: { readonly index: number; readonly size: number },
): readonly Uint8Array[] {
  if (!isSize(index) || !isSize(size) || index >= size) {
    throw refuse("log/inclusion-range", `Got index ${show(index)} of size ${show(size)}.`);
  }
  return pathFrom(crypto, nodes, { level: 0, index }, size);
}

/**
 * Proof that the tree of `to` leaves begins with the tree of `from` leaves (RFC 6962 section 2.1.2).
 * The caller has checked that the store holds `to` leaves.
 *
 * @throws Refusal `log/consistency-range`
 */
export function consistencyProof(
  crypto: Crypto,
  nodes: NodeReader,
  { from, to }: { readonly from: number; readonly to: number },
): readonly Uint8Array[] {
  if (!isSize(from) || !isSize(to) || from < 1 || from > to) {
    throw refuse("log/consistency-range", `Got ${show(from)} to ${show(to)}.`);
  }
  if (from === to) return [];
  const level = trailingZeros(from);
  const index = from / 2 ** level - 1;
  const path = pathFrom(crypto, nodes, { level, index }, to);
  // The verifier knows the old root; where that is the very subtree the path begins at, it is not sent.
  return index === 0 ? path : [storedNode(nodes, level, index), ...path];
}
