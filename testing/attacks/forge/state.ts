import { toBase64url } from "@firmament/core/bytes";
import { canonicalBytes } from "@firmament/core/codec";
import {
  type Multiproof,
  type Node,
  type NodeStore,
  prove,
  type StateKey,
  type TreeUpdate,
  updateTree,
} from "@firmament/core/state";
import { nodeCrypto } from "@firmament/crypto";

/** A key and the record that is claimed to stand there. */
export type ForgedRecord = readonly [key: StateKey, value: unknown];

/** A state of somebody's choice, with true proofs: what a captured quorum could make its cosigners sign. */
export class ForgedState {
  readonly #nodes: NodeStore;
  readonly #update: TreeUpdate;

  constructor(records: readonly ForgedRecord[]) {
    const kept = new Map<number, Node>();
    let last = 0;
    this.#nodes = {
      allocate: () => ++last,
      get(id) {
        const node = kept.get(id);
        if (node === undefined) throw new RangeError(`there is no node ${id}`);
        return node;
      },
    };
    const changes = records.map(([key, value]) => ({ key, value: canonicalBytes(value) }));
    this.#update = updateTree(nodeCrypto, this.#nodes, undefined, changes);
    for (const node of this.#update.created) kept.set(node.id, node);
  }

  /** State root as a log entry names it. */
  get root(): string {
    return toBase64url(this.#update.rootHash);
  }

  prove(keys: readonly StateKey[]): Multiproof {
    return prove(nodeCrypto, this.#nodes, this.#update.root, keys);
  }
}
