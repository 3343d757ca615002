import { rootHashOf, updateTree } from "@firmament/core/state";
import type { Change, Node, NodeReader, NodeRef, NodeStore, Sha256, TreeUpdate } from "@firmament/core/state";

/** A node store in memory that keeps every version until it is pruned. */
export class MapStore implements NodeStore {
  readonly nodes = new Map<number, Node>();
  #next = 1;

  get(id: number): Node {
    const node = this.nodes.get(id);
    if (node === undefined) throw new Error(`node ${id} is gone`);
    return node;
  }

  allocate(): number {
    return this.#next++;
  }

  write(update: TreeUpdate): void {
    for (const node of update.created) this.nodes.set(node.id, node);
  }

  prune(refs: readonly NodeRef[]): void {
    for (const ref of refs) this.nodes.delete(ref.id);
  }
}

/** A tree with its store: one line per update in a test. */
export class TestTree {
  readonly store = new MapStore();
  readonly crypto: Sha256;
  root: NodeRef | undefined;

  constructor(crypto: Sha256, changes: readonly Change[] = []) {
    this.crypto = crypto;
    this.update(changes);
  }

  update(changes: readonly Change[]): TreeUpdate {
    const update = updateTree(this.crypto, this.store, this.root, changes);
    this.store.write(update);
    this.root = update.root;
    return update;
  }

  get rootHash(): Uint8Array {
    return rootHashOf(this.crypto, this.root);
  }
}

/** Every node of one version, read from its root. */
export function idsBelow(nodes: NodeReader, ref: NodeRef | undefined): number[] {
  if (ref === undefined) return [];
  const node = nodes.get(ref.id);
  if (node.kind === "leaf") return [ref.id];
  return [ref.id, ...idsBelow(nodes, node.left), ...idsBelow(nodes, node.right)];
}
