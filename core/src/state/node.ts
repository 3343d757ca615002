import { joinedSha256 } from "../keys/index.ts";
import type { Position, Sha256 } from "./key.ts";

/** Where a node is kept and what it hashes to, so that a parent hashes its children without loading them. */
export interface NodeRef {
  /** Number that the store gave to the node; it means nothing outside that store. */
  readonly id: number;
  /** 32 bytes. */
  readonly hash: Uint8Array;
}

/** Two subtrees whose paths agree in the first `depth` bits and differ in the next: left has 0, right has 1. */
export interface Branch {
  readonly kind: "branch";
  readonly id: number;
  readonly depth: number;
  readonly left: NodeRef;
  readonly right: NodeRef;
}

export interface Leaf extends Position {
  readonly kind: "leaf";
  readonly id: number;
  readonly value: Uint8Array;
}

/** Nodes never change: an update creates others, and the older versions of the tree stay readable. */
export type Node = Branch | Leaf;

/** Deepest place of a branch: in a proof, one byte holds the depth, and 0xff marks a leaf. */
export const maxBranchDepth = 254;

const LEAF = Uint8Array.of(0x04);
const EMPTY = Uint8Array.of(0x06);

/** SHA-256(0x04 ‖ path ‖ key hash ‖ SHA-256(value)): the leaf binds its whole key. */
export function leafHash(crypto: Sha256, position: Position, valueHash: Uint8Array): Uint8Array {
  return joinedSha256(crypto, LEAF, position.path, position.keyHash, valueHash);
}

/**
 * SHA-256(0x05 ‖ depth ‖ left ‖ right).
 *
 * @throws RangeError for a hash that has not 32 bytes, and below depth 254: two keys agree in 255 or 256 bits of their
 * paths, which is a broken hash function. Both are faults, no refusals
 */
export function branchHash(crypto: Sha256, depth: number, left: Uint8Array, right: Uint8Array): Uint8Array {
  if (depth > maxBranchDepth) throw new RangeError(`two state keys share the first ${depth} bits of their paths`);
  if (left.length !== 32 || right.length !== 32) throw new RangeError("a node's hash has 32 bytes");
  return joinedSha256(crypto, Uint8Array.of(0x05, depth), left, right);
}

/** Hash of a node from its own members: what its parent's reference must say. */
export function hashOfNode(crypto: Sha256, node: Node): Uint8Array {
  return node.kind === "leaf"
    ? leafHash(crypto, node, crypto.sha256(node.value))
    : branchHash(crypto, node.depth, node.left.hash, node.right.hash);
}

/** SHA-256(0x06): the root of the tree without a leaf. */
export function emptyRoot(crypto: Sha256): Uint8Array {
  return crypto.sha256(EMPTY);
}
