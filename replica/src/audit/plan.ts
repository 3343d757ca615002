import type { DatabaseSync, StatementSync } from "node:sqlite";
import { equal } from "@firmament/core/bytes";
import { Refusal } from "@firmament/core/errors";
import type { Crypto } from "@firmament/core/keys";
import { decodeEntry, leafHash } from "@firmament/core/log";
import { count, prepareRaw, type RawRow } from "./values.ts";

/** A block to replay: entries [`first`, `size`) under one time, in seconds since 1970. */
export interface PlannedBlock {
  readonly height: number;
  readonly time: number;
  readonly first: number;
  readonly size: number;
}

/**
 * The blocks of a copy, from block 0 on. Where a row of `blocks` is gone or wrong, what other tables say of it stands
 * in for it, so that the replay goes on and the row is named when the tables are compared.
 */
export class BlockPlan {
  readonly #crypto: Crypto;
  readonly #rows: StatementSync;
  readonly #root: StatementSync;
  readonly #nextRoot: StatementSync;
  readonly #body: StatementSync;
  readonly #entry: StatementSync;
  readonly #leaf: StatementSync;

  constructor(database: DatabaseSync, crypto: Crypto) {
    this.#crypto = crypto;
    this.#rows = prepareRaw(database, "SELECT height, time, first, size FROM blocks WHERE height >= 0 ORDER BY height");
    this.#root = database.prepare("SELECT 1 FROM roots WHERE size = ?");
    this.#nextRoot = prepareRaw(database, "SELECT size FROM roots WHERE size > ? ORDER BY size LIMIT 1");
    this.#body = database.prepare("SELECT 1 FROM transactions WHERE idx = ?");
    this.#entry = database.prepare("SELECT bytes FROM entries WHERE idx = ?");
    this.#leaf = database.prepare("SELECT hash FROM log_nodes WHERE level = 0 AND idx = ?");
  }

  *blocks(): Generator<PlannedBlock> {
    let [height, first] = [0, 0];
    for (const [row, next] of this.#pairs()) {
      const at = count(row["height"]) ?? height;
      while (height < at && this.#has(first)) {
        const missing = this.#block(height, first, undefined, height + 1 === at ? row : undefined);
        yield missing;
        [height, first] = [height + 1, missing.size];
      }
      // A row without any entry is left over, and told when the tables are compared.
      if (!this.#has(first) && this.#entry.get(first) === undefined) return;
      const block = this.#block(at, first, row, count(next?.["height"]) === at + 1 ? next : undefined);
      yield block;
      [height, first] = [at + 1, block.size];
    }
    while (this.#has(first)) {
      const block = this.#block(height, first, undefined, undefined);
      yield block;
      [height, first] = [height + 1, block.size];
    }
  }

  *#pairs(): Generator<readonly [RawRow, RawRow | undefined]> {
    let before: RawRow | undefined;
    for (const row of this.#rows.iterate()) {
      if (before !== undefined) yield [before, row];
      before = row;
    }
    if (before !== undefined) yield [before, undefined];
  }

  #has(index: number): boolean {
    return this.#body.get(index) !== undefined;
  }

  #block(height: number, first: number, row: RawRow | undefined, next: RawRow | undefined): PlannedBlock {
    const size = this.#sizeOf(first, count(row?.["size"]), count(next?.["first"]));
    return { height, first, size, time: this.#timeOf(size - 1, count(row?.["time"])) };
  }

  // A block's end stands in its own row, in the next one, and while its version is kept in `roots`.
  #sizeOf(first: number, own: number | undefined, next: number | undefined): number {
    const said = [own, next].filter((size) => size !== undefined && size > first);
    if (said.length === 2 && own === next) return said[0] ?? first;
    const following = first === 0 || this.#isRoot(first) ? count(this.#nextRoot.get(first)?.["size"]) : undefined;
    const isLast = next === undefined || said.length === 0;
    if (following !== undefined && (isLast || said.includes(following))) return following;
    return said.find((size) => size !== undefined && this.#isRoot(size)) ?? said.at(-1) ?? this.#endOfBodies(first);
  }

  #isRoot(size: number): boolean {
    return this.#root.get(size) !== undefined;
  }

  #endOfBodies(first: number): number {
    let end = first + 1;
    while (this.#has(end)) end++;
    return end;
  }

  // An entry that the log's own hash vouches for knows its block's time better than an altered row of `blocks`.
  #timeOf(index: number, recorded: number | undefined): number {
    const bytes = this.#entry.get(index)?.["bytes"];
    const leaf = this.#leaf.get(index)?.["hash"];
    if (!(bytes instanceof Uint8Array) || !(leaf instanceof Uint8Array)) return recorded ?? 0;
    if (recorded !== undefined && !equal(leafHash(this.#crypto, bytes), leaf)) return recorded;
    try {
      return decodeEntry(bytes).time;
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      return recorded ?? 0;
    }
  }
}
