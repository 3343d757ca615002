import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import type { Branch, Node, NodeReader, NodeRef, NodeStore, TreeUpdate } from "@firmament/core/state";
import { asBlob, asInteger, integer } from "./rows.ts";
import { prepared } from "./statements.ts";

/** Branches above this depth are held in memory, at most 2^14 of one version and some 800 bytes each. */
const HELD_DEPTH = 14;

type Held = Map<number, Branch>;

const isHeld = (node: Node): node is Branch => node.kind === "branch" && node.depth < HELD_DEPTH;

const FIND = "SELECT depth, left, left_hash, right, right_hash, path, key_hash, value FROM nodes WHERE id = ?";

function nodeOf(id: number, row: readonly SQLOutputValue[]): Node {
  const [depth, leftId, leftHash, rightId, rightHash, path, keyHash, value] = row;
  if (depth === null) {
    return {
      kind: "leaf",
      id,
      path: asBlob(path, "path"),
      keyHash: asBlob(keyHash, "key_hash"),
      value: asBlob(value, "value"),
    };
  }
  const left: NodeRef = { id: asInteger(leftId, "left"), hash: asBlob(leftHash, "left_hash") };
  const right: NodeRef = { id: asInteger(rightId, "right"), hash: asBlob(rightHash, "right_hash") };
  return { kind: "branch", id, depth: asInteger(depth, "depth"), left, right };
}

/** The state tree's nodes to read from: what a view of the state needs, on a read-only database too. */
export function nodeReader(database: DatabaseSync, held: Held = new Map()): NodeReader {
  const find = prepared(database, FIND);
  // Nodes are what a fold reads most, and a row as an array takes two thirds of the time.
  find.setReturnArrays(true);
  return {
    get(id) {
      const known = held.get(id);
      if (known !== undefined) return known;
      const row = find.get(id) as readonly SQLOutputValue[] | undefined;
      if (row === undefined) throw new Error(`the state tree lacks node ${id}`);
      const node = nodeOf(id, row);
      if (isHeld(node)) held.set(id, node);
      return node;
    },
  };
}

/** The state tree's nodes as rows; new versions are written with the block that made them. */
export class NodeRows implements NodeStore {
  readonly #reader: NodeReader;
  readonly #branch: StatementSync;
  readonly #leaf: StatementSync;
  readonly #stale: StatementSync;
  readonly #prune: StatementSync;
  readonly #forget: StatementSync;
  readonly #held: Held = new Map();
  #last: number;

  constructor(database: DatabaseSync) {
    this.#reader = nodeReader(database, this.#held);
    this.#branch = database.prepare(
      "INSERT INTO nodes (id, depth, left, left_hash, right, right_hash) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#leaf = database.prepare("INSERT INTO nodes (id, path, key_hash, value) VALUES (?, ?, ?, ?)");
    this.#stale = database.prepare("INSERT INTO stale SELECT ?, value FROM json_each(?)");
    this.#prune = database.prepare("DELETE FROM nodes WHERE id IN (SELECT node FROM stale WHERE size <= ?)");
    this.#forget = database.prepare("DELETE FROM stale WHERE size <= ?");
    const last = database.prepare("SELECT coalesce(max(id), 0) AS last FROM nodes").get();
    this.#last = last === undefined ? 0 : integer(last, "last");
  }

  get(id: number): Node {
    return this.#reader.get(id);
  }

  allocate(): number {
    return ++this.#last;
  }

  /** Writes a block's update; `size` is the log's size after it. */
  write(update: TreeUpdate, size: number): void {
    for (const node of update.created) {
      if (node.kind === "leaf") this.#leaf.run(node.id, node.path, node.keyHash, node.value);
      else {
        const { depth, id, left, right } = node;
        this.#branch.run(id, depth, left.id, left.hash, right.id, right.hash);
      }
    }
    this.#stale.run(size, JSON.stringify(update.replaced.map(({ id }) => id)));
  }

  /** Holds the upper branches of an update that is committed. */
  hold(update: TreeUpdate): void {
    for (const { id } of update.replaced) this.#held.delete(id);
    for (const node of update.created) if (isHeld(node)) this.#held.set(node.id, node);
  }

  /** Drops every node that no version from `size` on uses. */
  prune(size: number): void {
    this.#prune.run(size);
    this.#forget.run(size);
  }
}
