import type { DatabaseSync } from "node:sqlite";
import type { Note } from "./finding.ts";
import { count, prepareRaw, shown } from "./values.ts";

function least(database: DatabaseSync, sql: string): number | undefined {
  return count(prepareRaw(database, sql).get()?.["size"]);
}

// The versions that a copy keeps end at the newest block; where they begin is the copy's own matter, but it keeps no
// fewer than a copy without cosignatures does, and the version before each mark in `stale`.
function oldestKept(database: DatabaseSync, replayed: DatabaseSync): number {
  const own = least(database, "SELECT min(size) AS size FROM roots") ?? Infinity;
  const due = least(replayed, "SELECT min(size) AS size FROM roots") ?? Infinity;
  const mark = least(database, "SELECT min(size) AS size FROM stale");
  const sql = `SELECT max(size) AS size FROM blocks WHERE size < ${mark ?? 0}`;
  return Math.min(own, due, least(replayed, sql) ?? Infinity);
}

/**
 * Checks that every block from the oldest kept version on has its row in `roots`, and nothing else has one.
 *
 * @param judged size up to which the replay knows the blocks; rows beyond are not judged
 * @returns whether none is missing and none left over
 */
export function checkRoots(database: DatabaseSync, replayed: DatabaseSync, judged: number, note: Note): boolean {
  const oldest = oldestKept(database, replayed);
  const blocks = new Set<number>();
  for (const row of replayed.prepare("SELECT size FROM blocks ORDER BY size").iterate()) {
    if (Number(row["size"]) >= oldest) blocks.add(Number(row["size"]));
  }
  let isWhole = true;
  for (const row of prepareRaw(database, "SELECT size FROM roots ORDER BY size").iterate()) {
    const found = count(row["size"]);
    if (found !== undefined && (blocks.delete(found) || found > judged)) continue;
    note("audit/roots", `roots size=${shown(row["size"] ?? null)}`, "a row", "no row: no block ends there");
    isWhole = false;
  }
  for (const missing of blocks) note("audit/roots", `roots size=${missing}`, "no row", "a row");
  return isWhole && blocks.size === 0;
}
