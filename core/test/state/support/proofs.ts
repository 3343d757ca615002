import { lookup, prove } from "@firmament/core/state";
import type { Multiproof, ProofTarget, StateKey } from "@firmament/core/state";
import type { TestTree } from "./map-store.ts";

/** What a verifier is given: everything that `assertMultiproof` takes. */
export interface Proven {
  readonly root: Uint8Array;
  readonly targets: readonly ProofTarget[];
  readonly proof: Multiproof;
}

/** A true proof of the keys, with the values that the tree has. */
export function proven(tree: TestTree, keys: readonly StateKey[]): Proven {
  const targets = keys.map((key) => ({ key, value: lookup(tree.crypto, tree.store, tree.root, key) }));
  return { root: tree.rootHash, targets, proof: prove(tree.crypto, tree.store, tree.root, keys) };
}

/** Every copy of the bytes in which one byte differs, in each of its bits and once in all. */
export function* mutations(bytes: Uint8Array): Generator<Uint8Array> {
  for (const i of bytes.keys()) {
    for (const mask of [1, 2, 4, 8, 16, 32, 64, 128, 255]) {
      const copy = Uint8Array.from(bytes);
      copy[i] = (copy[i] ?? 0) ^ mask;
      yield copy;
    }
  }
}
