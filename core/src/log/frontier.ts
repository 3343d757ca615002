import type { Crypto } from "../keys/index.ts";
import { foldSubtrees, hashBytes, nodeHash } from "./hash.ts";
import { half, isOdd, isSize } from "./positions.ts";

/** The complete subtrees that cover a tree of `size` leaves, largest first; all that an append needs to know. */
export interface Frontier {
  readonly size: number;
  readonly hashes: readonly Uint8Array[];
}

/** A complete subtree: 2^`level` leaves from leaf `index` * 2^`level` on. */
export interface TreeNode {
  readonly level: number;
  readonly index: number;
  readonly hash: Uint8Array;
}

export interface Appended {
  readonly frontier: Frontier;
  /** The subtrees that this leaf completed, leaf first, to be stored before the new size is promised to anyone. */
  readonly nodes: readonly TreeNode[];
}

export const emptyFrontier: Frontier = { size: 0, hashes: [] };

/**
 * Appends one leaf. The old frontier stays valid, so an append that is not committed is undone by forgetting it.
 *
 * @param leaf the entry's {@link leafHash}
 * @throws RangeError where the size would leave 0 … 2^53-1 or the leaf is no hash
 */
export function append(crypto: Crypto, frontier: Frontier, leaf: Uint8Array): Appended {
  const { size } = frontier;
  if (!isSize(size + 1)) throw new RangeError(`a tree of ${size} leaves cannot grow`);
  if (leaf.length !== hashBytes) throw new RangeError(`a leaf hash has ${hashBytes} bytes, not ${leaf.length}`);
  const hashes = [...frontier.hashes];
  const nodes: TreeNode[] = [{ level: 0, index: size, hash: leaf }];
  let hash = leaf;
  for (let [level, index] = [1, size]; isOdd(index); level++) {
    const left = hashes.pop();
    if (left === undefined) throw new RangeError(`a frontier of ${size} leaves lacks a subtree`);
    hash = nodeHash(crypto, left, hash);
    index = half(index);
    nodes.push({ level, index, hash });
  }
  hashes.push(hash);
  return { frontier: { size: size + 1, hashes }, nodes };
}

/** Root of the tree that the frontier covers. */
export function frontierRoot(crypto: Crypto, frontier: Frontier): Uint8Array {
  return foldSubtrees(crypto, frontier.hashes);
}
