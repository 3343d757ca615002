import type { DatabaseSync } from "node:sqlite";
import { recordOf, type Table } from "@firmament/core/registry";
import { blob, string } from "./rows.ts";
import { prepared } from "./statements.ts";

/** One record with the parts of its key. */
export interface Listed<T> {
  readonly parts: readonly string[];
  readonly record: T;
}

/** All present records of a table in the order of their keys: for people and agents, never for a rule. */
export function listRecords<T>(database: DatabaseSync, table: Table<T>): readonly Listed<T>[] {
  const prefix = `["${table.name}"`;
  const rows = database
    .prepare("SELECT key, value FROM state WHERE key >= ? AND key < ? ORDER BY key")
    .all(`${prefix},`, `${prefix}~`);
  return rows.map((row) => {
    const [, ...parts] = JSON.parse(string(row, "key")) as string[];
    return { parts, record: recordOf(table, blob(row, "value")) };
  });
}

/** The newest value of one record, without proof. */
export function currentRecord<T>(database: DatabaseSync, table: Table<T>, ...parts: readonly string[]): T | undefined {
  const row = prepared(database, "SELECT value FROM state WHERE key = ?").get(JSON.stringify([table.name, ...parts]));
  return row === undefined ? undefined : recordOf(table, blob(row, "value"));
}
