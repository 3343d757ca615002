import type { DatabaseSync, StatementSync } from "node:sqlite";
import { equal, fromBase64url, toHex } from "@firmament/core/bytes";
import type { Crypto } from "@firmament/core/keys";
import { decodeEntry } from "@firmament/core/log";
import { hashOfNode, maxBranchDepth, type Node, rootHashOf } from "@firmament/core/state";
import type { Note } from "./finding.ts";
import { count, prepareRaw, type RawRow, same, shown } from "./values.ts";

interface Reference {
  readonly id: number;
  /** `undefined` where the node that refers to it is wrong itself. */
  readonly hash: Uint8Array | undefined;
}

const hashed = (value: unknown): value is Uint8Array => value instanceof Uint8Array && value.length === 32;

const textOf = (hash: Uint8Array | undefined): string | undefined => (hash === undefined ? undefined : toHex(hash));

function nodeOf(id: number, row: RawRow): Node | undefined {
  const { depth, key_hash: keyHash, left_hash: leftHash, path, right_hash: rightHash, value } = row;
  const [left, right] = [count(row["left"]), count(row["right"])];
  const branch = [depth, row["left"], row["right"], leftHash, rightHash];
  if (branch.every((each) => each === null)) {
    if (!hashed(path) || !hashed(keyHash) || !(value instanceof Uint8Array)) return undefined;
    return { kind: "leaf", id, path, keyHash, value };
  }
  const at = count(depth);
  const isBranch = [path, keyHash, value].every((each) => each === null) && hashed(leftHash) && hashed(rightHash);
  if (!isBranch || at === undefined || at > maxBranchDepth || left === undefined || right === undefined)
    return undefined;
  return { kind: "branch", id, depth: at, left: { id: left, hash: leftHash }, right: { id: right, hash: rightHash } };
}

const MAX_SEARCHES = 8;

// What a replica writes next it counts on from its largest id.
const MAX_ID = 2 ** 52;

/** Where a walk through the tree stands. */
interface Walk {
  /** The size from which on the version's nodes are unused; 0 for the newest version. */
  readonly end: number;
  /** The version, for findings. */
  readonly from: string;
  /** Depth of the branch above. */
  readonly above: number;
}

/**
 * Hashes every node of every kept version of a copy's state tree again, and says which nodes and which marks of
 * staleness are wrong, missing or left over. The replayed log says what each version's root must be.
 */
export class TreeAudit {
  readonly #database: DatabaseSync;
  readonly #crypto: Crypto;
  readonly #note: Note;
  readonly #find: StatementSync;
  readonly #stale: StatementSync;
  readonly #entry: StatementSync;
  readonly #ends = new Map<number, number>();
  #searches = 0;
  #isWhole: boolean;

  /** @param isWhole whether every kept version has its row in `roots`, so that a node of none is left over */
  constructor(
    parts: { readonly database: DatabaseSync; readonly replayed: DatabaseSync; readonly crypto: Crypto },
    note: Note,
    isWhole: boolean,
  ) {
    this.#database = parts.database;
    this.#crypto = parts.crypto;
    this.#note = note;
    this.#isWhole = isWhole;
    this.#find = prepareRaw(parts.database, "SELECT * FROM nodes WHERE id = ?");
    this.#stale = parts.database.prepare("SELECT 1 FROM stale WHERE size = ? AND node = ?");
    this.#entry = parts.replayed.prepare("SELECT bytes FROM entries WHERE idx = ?");
  }

  /** @returns nodes that were hashed */
  run(): number {
    let end = 0;
    for (const row of prepareRaw(this.#database, "SELECT * FROM roots ORDER BY size DESC").iterate()) {
      const size = count(row["size"]);
      if (size === undefined || size === 0) continue;
      this.#version(row, size, end);
      end = size;
    }
    if (this.#isWhole) this.#surplus();
    return this.#ends.size;
  }

  // From the newest version to the oldest: what a version is the first to have, the one after it no longer uses.
  #version(row: RawRow, size: number, end: number): void {
    const from = `roots size=${size}`;
    const [id, hash] = [row["node"] ?? null, row["hash"] ?? null];
    const due = this.#rootOf(size);
    if (due !== undefined && !same(hash, due)) this.#note("audit/roots", `${from}, hash`, shown(hash), toHex(due));
    const empty = rootHashOf(this.#crypto, undefined);
    if (id === null && equal(due ?? (hashed(hash) ? hash : empty), empty)) return;
    const wanted = due ?? (hashed(hash) ? hash : undefined);
    const root = this.#hashOf(count(id)) === textOf(wanted) ? count(id) : (this.#search(wanted) ?? count(id));
    if (root !== count(id)) this.#note("audit/roots", `${from}, node`, shown(id), String(root));
    if (root === undefined) return this.#break("audit/roots", `${from}, node`, shown(id), "a node");
    this.#visit({ id: root, hash: wanted }, { end, from, above: -1 });
  }

  #hashOf(id: number | undefined): string | undefined {
    const row = id === undefined ? undefined : this.#find.get(id);
    const node = id === undefined || row === undefined ? undefined : nodeOf(id, row);
    return node === undefined ? undefined : toHex(hashOfNode(this.#crypto, node));
  }

  // A row of `roots` that names another node is told from a node that was altered itself. Each search reads all nodes.
  #search(hash: Uint8Array | undefined): number | undefined {
    if (this.#searches++ >= MAX_SEARCHES) return undefined;
    for (const row of prepareRaw(this.#database, "SELECT id FROM nodes").iterate()) {
      const id = count(row["id"]);
      if (hash !== undefined && this.#hashOf(id) === toHex(hash)) return id;
    }
    return undefined;
  }

  #rootOf(size: number): Uint8Array | undefined {
    const bytes = this.#entry.get(size - 1)?.["bytes"];
    return bytes instanceof Uint8Array ? fromBase64url(decodeEntry(bytes).root) : undefined;
  }

  #visit({ hash, id }: Reference, walk: Walk): void {
    const where = `nodes id=${id}`;
    const row = this.#find.get(id);
    if (row === undefined) return this.#break("audit/nodes", where, "no row", `a row, for ${walk.from}`);
    if (id > MAX_ID) this.#note("audit/nodes", `${where}, id`, String(id), `at most ${MAX_ID}`);
    const node = nodeOf(id, row);
    if (node === undefined) return this.#break("audit/nodes", where, "no node's form", `a node, for ${walk.from}`);
    const own = hashOfNode(this.#crypto, node);
    const isTrue = hash === undefined || equal(own, hash);
    if (!isTrue) this.#note("audit/nodes", `${where}, its hash`, toHex(own), `${toHex(hash)}, for ${walk.from}`);
    if (this.#ends.has(id)) return;
    this.#ends.set(id, walk.end);
    this.#checkStale(id, walk.end);
    if (node.kind === "leaf") return;
    if (node.depth <= walk.above) {
      return this.#break("audit/nodes", `${where}, depth`, String(node.depth), `more than ${walk.above}`);
    }
    const below = { ...walk, above: node.depth };
    for (const child of [node.left, node.right]) this.#visit(isTrue ? child : { id: child.id, hash: undefined }, below);
  }

  // What only a broken node leads to would seem to be left over.
  #break(...finding: Parameters<Note>): void {
    this.#note(...finding);
    this.#isWhole = false;
  }

  #checkStale(node: number, end: number): void {
    if (!this.#isWhole || end === 0 || this.#stale.get(end, node) !== undefined) return;
    this.#note("audit/stale", `stale size=${end} node=${node}`, "no row", "a row");
  }

  #surplus(): void {
    for (const row of prepareRaw(this.#database, "SELECT id FROM nodes ORDER BY id").iterate()) {
      const id = count(row["id"]);
      if (id !== undefined && this.#ends.has(id)) continue;
      this.#note("audit/nodes", `nodes id=${shown(row["id"] ?? null)}`, "a row", "no row: no kept version uses it");
    }
    for (const row of prepareRaw(this.#database, "SELECT size, node FROM stale ORDER BY size, node").iterate()) {
      const [size, node] = [count(row["size"]), count(row["node"])];
      if (node !== undefined && size !== undefined && size > 0 && this.#ends.get(node) === size) continue;
      const where = `stale size=${shown(row["size"] ?? null)} node=${shown(row["node"] ?? null)}`;
      this.#note("audit/stale", where, "a row", "no row");
    }
  }
}
