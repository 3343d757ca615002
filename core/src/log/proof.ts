import { equal } from "../bytes/index.ts";
import { show } from "../errors/index.ts";
import type { Crypto } from "../keys/index.ts";
import { refuse } from "./errors.ts";
import { hashBytes, nodeHash } from "./hash.ts";
import { half, isOdd, isSize, meetingLevel, ones, trailingZeros } from "./positions.ts";

/** The claim that the entry with this leaf hash is number `index` of the tree of `size` entries with this root. */
export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  /** The entry's leaf hash. */
  readonly leaf: Uint8Array;
  readonly path: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** The claim that the tree `to` begins with all entries of the tree `from`, in their order. */
export interface ConsistencyClaim {
  readonly from: number;
  readonly to: number;
  readonly fromRoot: Uint8Array;
  readonly toRoot: Uint8Array;
  readonly path: readonly Uint8Array[];
}

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.every((hash) => hash.length === hashBytes);
}

interface Climb {
  readonly index: number;
  readonly inner: number;
  readonly path: readonly Uint8Array[];
}

type Join = (hash: Uint8Array, beside: Uint8Array) => Uint8Array;

// From a node up to the root. For the first `inner` steps a node with an even index has its sibling on the right;
// above them the node is on the tree's right edge and every sibling is on the left.
function climb(crypto: Crypto, seed: Uint8Array, { index, inner, path }: Climb, joinRight: Join): Uint8Array {
  let at = index;
  return path.reduce((hash, beside, step) => {
    const isRight = step < inner && !isOdd(at);
    at = half(at);
    return isRight ? joinRight(hash, beside) : nodeHash(crypto, beside, hash);
  }, seed);
}

function joinWith(crypto: Crypto): Join {
  return (hash, beside) => nodeHash(crypto, hash, beside);
}

/**
 * Checks an inclusion proof (RFC 6962 section 2.1.1, RFC 9162 section 2.1.3.2). The path's exact length is checked
 * before anything is hashed, so the work is at most 53 hashes.
 *
 * @throws Refusal `log/inclusion-range`, `log/inclusion-length`, `log/inclusion-hash`, `log/inclusion-root`
 */
export function assertInclusion(crypto: Crypto, claim: InclusionClaim): void {
  const { index, size, leaf, path, root } = claim;
  if (!isSize(index) || !isSize(size) || index >= size) {
    throw refuse("log/inclusion-range", `Got index ${show(index)} of size ${show(size)}.`);
  }
  const inner = meetingLevel(index, size - 1);
  const length = inner + ones(Math.floor(index / 2 ** inner));
  if (path.length !== length) {
    throw refuse("log/inclusion-length", `Got ${path.length} hashes where ${length} are due.`);
  }
  if (!areHashes([leaf, root, ...path])) throw refuse("log/inclusion-hash");
  if (!equal(climb(crypto, leaf, { index, inner, path }, joinWith(crypto)), root)) {
    throw refuse("log/inclusion-root", `Index ${index} of size ${size} leads elsewhere.`);
  }
}

function assertSameTree({ from, fromRoot, toRoot, path }: ConsistencyClaim): void {
  if (path.length !== 0) throw refuse("log/consistency-length", `Got ${path.length} hashes where none are due.`);
  if (!areHashes([fromRoot, toRoot])) throw refuse("log/consistency-hash");
  if (!equal(fromRoot, toRoot)) throw refuse("log/consistency-fork", `The size is ${from}.`);
}

/**
 * Checks a consistency proof (RFC 6962 section 2.1.2, RFC 9162 section 2.1.4.2). The path's exact length is checked
 * before anything is hashed, so the work is at most 106 hashes. The empty tree is consistent with everything
 * and has no proof: a caller that has seen nothing has nothing to check.
 *
 * @throws Refusal `log/consistency-range`, `log/consistency-length`, `log/consistency-hash`, `log/consistency-fork`,
 *   `log/consistency-old-root`, `log/consistency-new-root`
 */
export function assertConsistency(crypto: Crypto, claim: ConsistencyClaim): void {
  const { from, to, fromRoot, toRoot, path } = claim;
  if (!isSize(from) || !isSize(to) || from < 1 || from > to) {
    throw refuse("log/consistency-range", `Got ${show(from)} to ${show(to)}.`);
  }
  if (from === to) return assertSameTree(claim);
  const level = trailingZeros(from);
  const index = from / 2 ** level - 1;
  const inner = meetingLevel(index, Math.floor((to - 1) / 2 ** level));
  const length = (index === 0 ? 0 : 1) + inner + ones(Math.floor(index / 2 ** inner));
  if (path.length !== length) {
    throw refuse("log/consistency-length", `Got ${path.length} hashes where ${length} are due.`);
  }
  if (!areHashes([fromRoot, toRoot, ...path])) throw refuse("log/consistency-hash");
  const [seed = fromRoot, ...rest] = index === 0 ? [fromRoot, ...path] : path;
  const steps = { index, inner, path: rest };
  // The older tree ends at the node that the path begins at: what stands to its right is not in it.
  if (
    !equal(
      climb(crypto, seed, steps, (hash) => hash),
      fromRoot,
    )
  ) {
    throw refuse("log/consistency-old-root", `The size is ${from}.`);
  }
  if (!equal(climb(crypto, seed, steps, joinWith(crypto)), toRoot)) {
    throw refuse("log/consistency-new-root", `The size is ${to}.`);
  }
}
