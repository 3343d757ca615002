import { concat, equal } from "../bytes/index.ts";
import type { Position, Sha256, StateKey } from "./key.ts";
import type { NodeReader } from "./node-store.ts";
import type { Leaf, NodeRef } from "./node.ts";
import { splitAt } from "./path.ts";
import { leafMark, locateTargets } from "./proof-format.ts";
import type { Multiproof } from "./proof-format.ts";

class ProofWriter {
  readonly #crypto: Sha256;
  readonly #nodes: NodeReader;
  readonly #shape: number[] = [];
  readonly #hashes: Uint8Array[] = [];

  constructor(crypto: Sha256, nodes: NodeReader) {
    this.#crypto = crypto;
    this.#nodes = nodes;
  }

  node(ref: NodeRef, targets: readonly Position[]): void {
    const node = this.#nodes.get(ref.id);
    if (node.kind === "leaf") return this.#leaf(node, targets);
    const [left, right] = splitAt(targets, node.depth);
    this.#shape.push(node.depth);
    this.#child(node.left, left);
    this.#child(node.right, right);
  }

  #child(ref: NodeRef, targets: readonly Position[]): void {
    if (targets.length === 0) this.#hashes.push(ref.hash);
    else this.node(ref, targets);
  }

  #leaf(leaf: Leaf, targets: readonly Position[]): void {
    this.#shape.push(leafMark);
    const here = targets.filter((target) => equal(target.path, leaf.path));
    if (here.some((target) => !equal(target.keyHash, leaf.keyHash))) {
      throw new RangeError("two state keys have the same path");
    }
    if (here.length === 0) this.#hashes.push(leaf.path, leaf.keyHash, this.#crypto.sha256(leaf.value));
  }

  finish(): Multiproof {
    return { shape: Uint8Array.from(this.#shape), hashes: concat(...this.#hashes) };
  }
}

/**
 * Proves which of the keys are present, with which values, in one version of the tree. The values are not part of
 * the proof: the verifier brings them (`lookup` finds them).
 *
 * @param root root of that version, `undefined` for the empty tree
 * @param keys 1 to 64 different keys, in any order
 * @throws Refusal `state/proof-targets`, `state/key-…`
 */
export function prove(
  crypto: Sha256,
  nodes: NodeReader,
  root: NodeRef | undefined,
  keys: readonly StateKey[],
): Multiproof {
  const targets = locateTargets(
    crypto,
    keys.map((key) => ({ key })),
  );
  const writer = new ProofWriter(crypto, nodes);
  if (root !== undefined) writer.node(root, targets);
  return writer.finish();
}
