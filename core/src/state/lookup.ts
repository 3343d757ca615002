import { equal } from "../bytes/index.ts";
import { positionOf } from "./key.ts";
import type { Sha256, StateKey } from "./key.ts";
import type { NodeReader } from "./node-store.ts";
import type { Leaf, NodeRef } from "./node.ts";
import { bit } from "./path.ts";

/**
 * The leaf that a path leads to. Branches are passed by their own bit alone, so that another key's leaf may stand
 * there; if the path has a leaf at all, it is this one.
 */
export function descend(nodes: NodeReader, root: NodeRef, path: Uint8Array): Leaf {
  let node = nodes.get(root.id);
  while (node.kind === "branch") node = nodes.get(bit(path, node.depth) === 0 ? node.left.id : node.right.id);
  return node;
}

/**
 * The value of a key in one version of the tree.
 *
 * @param root root of that version, `undefined` for the empty tree
 * @returns the bytes, or `undefined` where the key is absent
 * @throws Refusal `state/key-…`
 */
export function lookup(
  crypto: Sha256,
  nodes: NodeReader,
  root: NodeRef | undefined,
  key: StateKey,
): Uint8Array | undefined {
  const position = positionOf(crypto, key);
  if (root === undefined) return undefined;
  const leaf = descend(nodes, root, position.path);
  return equal(leaf.keyHash, position.keyHash) ? leaf.value : undefined;
}
