import type { Sha256 } from "./key.ts";
import type { NodeReader, NodeStore } from "./node-store.ts";
import { branchHash, emptyRoot, leafHash } from "./node.ts";
import type { Branch, Leaf, Node, NodeRef } from "./node.ts";
import { bit, firstDifference, pathBits, splitAt } from "./path.ts";
import { placementsOf } from "./placement.ts";
import type { Change, Placement } from "./placement.ts";

/** What one update did. The old version remains whole until the store drops the replaced nodes. */
export interface TreeUpdate {
  /** `undefined` where no leaf is left. */
  readonly root: NodeRef | undefined;
  /** 32 bytes, for the empty tree too. */
  readonly rootHash: Uint8Array;
  /** New nodes, children before their parents. */
  readonly created: readonly Node[];
  /** Nodes of the old version that the new one does not use. */
  readonly replaced: readonly NodeRef[];
}

/** Root of a version as 32 bytes. */
export function rootHashOf(crypto: Sha256, root: NodeRef | undefined): Uint8Array {
  return root === undefined ? emptyRoot(crypto) : root.hash;
}

// Placing reads the nodes that rebuilding reads again: each is loaded once.
function loadingOnce(nodes: NodeReader): NodeReader {
  const loaded = new Map<number, Node>();
  return {
    get(id) {
      const node = loaded.get(id) ?? nodes.get(id);
      loaded.set(id, node);
      return node;
    },
  };
}

class Rebuild {
  readonly #crypto: Sha256;
  readonly #nodes: NodeReader;
  readonly #allocate: () => number;
  readonly created: Node[] = [];
  readonly replaced: NodeRef[] = [];

  constructor(crypto: Sha256, nodes: NodeReader, allocate: () => number) {
    this.#crypto = crypto;
    this.#nodes = nodes;
    this.#allocate = allocate;
  }

  /** The subtree `ref` after the changes that reach it, which are in path order and all have an effect. */
  subtree(ref: NodeRef | undefined, changes: readonly Placement[]): NodeRef | undefined {
    if (ref === undefined) return this.#grow(changes);
    if (changes.length === 0) return ref;
    const node = this.#nodes.get(ref.id);
    const depth = node.kind === "leaf" ? pathBits : node.depth;
    const leavesAt = changes.reduce((least, change) => Math.min(least, change.leavesAt), pathBits);
    if (leavesAt < depth) return this.#above(ref, leavesAt, changes);
    this.replaced.push(ref);
    return node.kind === "leaf" ? this.#grow(changes) : this.#within(node, changes);
  }

  // All that leave the tree at the same depth go to the same side, away from the old subtree.
  #above(ref: NodeRef, depth: number, changes: readonly Placement[]): NodeRef | undefined {
    const leaving = changes.filter((change) => change.leavesAt === depth);
    const staying = changes.filter((change) => change.leavesAt > depth);
    const [beside, below] = [this.#grow(leaving), this.subtree(ref, staying)];
    const [first] = leaving;
    const goesLeft = first !== undefined && bit(first.path, depth) === 0;
    return goesLeft ? this.#join(depth, beside, below) : this.#join(depth, below, beside);
  }

  #within(node: Branch, changes: readonly Placement[]): NodeRef | undefined {
    const [left, right] = splitAt(changes, node.depth);
    return this.#join(node.depth, this.subtree(node.left, left), this.subtree(node.right, right));
  }

  // A subtree of new leaves alone. A deletion gets here by itself, at its own leaf, and leaves nothing.
  #grow(changes: readonly Placement[]): NodeRef | undefined {
    const [first, last] = [changes[0], changes.at(-1)];
    if (first === undefined || last === undefined) return undefined;
    if (first === last) return first.value === undefined ? undefined : this.#leaf(first, first.value);
    const depth = firstDifference(first.path, last.path);
    const [left, right] = splitAt(changes, depth);
    return this.#join(depth, this.#grow(left), this.#grow(right));
  }

  // A node stands at its shortest unique depth: without a sibling it moves up as it is.
  #join(depth: number, left: NodeRef | undefined, right: NodeRef | undefined): NodeRef | undefined {
    if (left === undefined || right === undefined) return left ?? right;
    const branch: Branch = { kind: "branch", id: this.#allocate(), depth, left, right };
    return this.#add(branch, branchHash(this.#crypto, depth, left.hash, right.hash));
  }

  #leaf({ path, keyHash }: Placement, value: Uint8Array): NodeRef {
    const leaf: Leaf = { kind: "leaf", id: this.#allocate(), path, keyHash, value };
    return this.#add(leaf, leafHash(this.#crypto, leaf, this.#crypto.sha256(value)));
  }

  #add(node: Node, hash: Uint8Array): NodeRef {
    this.created.push(node);
    return { id: node.id, hash };
  }
}

/**
 * Makes the next version of the tree. Copy-on-write: at most the nodes on the changed keys' paths are created, and
 * the store is only read; the tree keeps the value arrays that it is given.
 *
 * @param root root of the version to start from, `undefined` for the empty tree
 * @param changes each key once, in any order; a change to an equal value, or of an absent key to absence, is nothing
 * @throws Refusal `state/key-…`; RangeError for a key that comes twice, or for paths that are not unique
 */
export function updateTree(
  crypto: Sha256,
  store: NodeStore,
  root: NodeRef | undefined,
  changes: readonly Change[],
): TreeUpdate {
  const nodes = loadingOnce(store);
  const rebuild = new Rebuild(crypto, nodes, () => store.allocate());
  const next = rebuild.subtree(root, placementsOf(crypto, nodes, root, changes));
  return { root: next, rootHash: rootHashOf(crypto, next), created: rebuild.created, replaced: rebuild.replaced };
}
