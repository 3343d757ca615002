import type { Sha256, StateKey } from "./key.ts";
import { lookup } from "./lookup.ts";
import type { NodeStore } from "./node-store.ts";
import type { Node, NodeRef } from "./node.ts";
import type { Change } from "./placement.ts";
import { rootHashOf, updateTree } from "./tree.ts";
import type { TreeUpdate } from "./tree.ts";

/**
 * Several updates, one after the other, that are written to the store as one: a block's. Nodes that the session both
 * made and replaced are never written, so that only the last version of a block can be proved later.
 *
 * A session serves one block. Dropping it without writing takes everything back.
 */
export class TreeSession implements NodeStore {
  readonly #crypto: Sha256;
  readonly #store: NodeStore;
  readonly #created = new Map<number, Node>();
  readonly #replaced: NodeRef[] = [];
  #root: NodeRef | undefined;

  /** @param root last written version, `undefined` for the empty tree */
  constructor(crypto: Sha256, store: NodeStore, root: NodeRef | undefined) {
    this.#crypto = crypto;
    this.#store = store;
    this.#root = root;
  }

  get root(): NodeRef | undefined {
    return this.#root;
  }

  get(id: number): Node {
    return this.#created.get(id) ?? this.#store.get(id);
  }

  allocate(): number {
    return this.#store.allocate();
  }

  lookup(key: StateKey): Uint8Array | undefined {
    return lookup(this.#crypto, this, this.#root, key);
  }

  /**
   * Applies one transaction's changes; where it throws, the session is as before.
   *
   * @returns the state root after them, 32 bytes
   * @throws as {@link updateTree}
   */
  update(changes: readonly Change[]): Uint8Array {
    const { root, rootHash, created, replaced } = updateTree(this.#crypto, this, this.#root, changes);
    for (const ref of replaced) if (!this.#created.delete(ref.id)) this.#replaced.push(ref);
    for (const node of created) this.#created.set(node.id, node);
    this.#root = root;
    return rootHash;
  }

  /** What the store has to write: all updates so far as one. */
  result(): TreeUpdate {
    return {
      root: this.#root,
      rootHash: rootHashOf(this.#crypto, this.#root),
      created: [...this.#created.values()],
      replaced: [...this.#replaced],
    };
  }
}
