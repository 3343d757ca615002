import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Node, NodeReader, NodeRef, NodeStore, TreeUpdate } from "@firmament/core/state";
import { blob, integer, type SqlRow } from "./rows.ts";

function nodeOf(id: number, row: SqlRow): Node {
  if (row["depth"] === null) {
    return { kind: "leaf", id, path: blob(row, "path"), keyHash: blob(row, "key_hash"), value: blob(row, "value") };
  }
  const left: NodeRef = { id: integer(row, "left"), hash: blob(row, "left_hash") };
  const right: NodeRef = { id: integer(row, "right"), hash: blob(row, "right_hash") };
  return { kind: "branch", id, depth: integer(row, "depth"), left, right };
}

/** The state tree's nodes to read from: what a view of the state needs, on a read-only database too. */
export function nodeReader(database: DatabaseSync): NodeReader {
  const find = database.prepare("SELECT * FROM nodes WHERE id = ?");
  return {
    get(id) {
      const row = find.get(id);
      if (row === undefined) throw new Error(`the state tree lacks node ${id}`);
      return nodeOf(id, row);
    },
  };
}

/** The state tree's nodes as rows; new versions are written with the block that made them. */
export class NodeRows implements NodeStore {
  readonly #reader: NodeReader;
  readonly #insert: StatementSync;
  readonly #stale: StatementSync;
  readonly #prune: StatementSync;
  readonly #forget: StatementSync;
  #last: number;

  constructor(database: DatabaseSync) {
    this.#reader = nodeReader(database);
    this.#insert = database.prepare("INSERT INTO nodes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    this.#stale = database.prepare("INSERT INTO stale VALUES (?, ?)");
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
      if (node.kind === "leaf")
        this.#insert.run(node.id, null, null, null, null, null, node.path, node.keyHash, node.value);
      else
        this.#insert.run(
          node.id,
          node.depth,
          node.left.id,
          node.left.hash,
          node.right.id,
          node.right.hash,
          null,
          null,
          null,
        );
    }
    for (const ref of update.replaced) this.#stale.run(size, ref.id);
  }

  /** Drops every node that no version from `size` on uses. */
  prune(size: number): void {
    this.#prune.run(size);
    this.#forget.run(size);
  }
}
