import type { DatabaseSync } from "node:sqlite";
import type { Block } from "./block.ts";
import { blob, integer } from "./rows.ts";

/** Blocks from a height on, oldest first; genesis is block 0 and travels as its own file. */
export function blocksFrom(database: DatabaseSync, height: number, limit: number): readonly Block[] {
  const rows = database
    .prepare("SELECT * FROM blocks WHERE height >= ? ORDER BY height LIMIT ?")
    .all(Math.max(height, 1), limit);
  const bodies = database.prepare("SELECT bytes FROM transactions WHERE idx >= ? AND idx < ? ORDER BY idx");
  return rows.map((row) => ({
    height: integer(row, "height"),
    time: integer(row, "time"),
    transactions: bodies.all(integer(row, "first"), integer(row, "size")).map((each) => blob(each, "bytes")),
  }));
}
