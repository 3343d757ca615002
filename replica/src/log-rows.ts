import type { DatabaseSync } from "node:sqlite";
import type { NodeReader } from "@firmament/core/log";
import { blob } from "./rows.ts";
import { prepared } from "./statements.ts";

/** The log's complete subtrees as the database holds them. */
export function logNodes(database: DatabaseSync): NodeReader {
  const find = prepared(database, "SELECT hash FROM log_nodes WHERE level = ? AND idx = ?");
  return (level, index) => {
    const row = find.get(level, index);
    return row === undefined ? undefined : blob(row, "hash");
  };
}
