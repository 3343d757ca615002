import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../schema.ts";
import type { Note } from "./finding.ts";
import { compareTable } from "./compare.ts";
import { prepareRaw, shown } from "./values.ts";

const MAX_MESSAGES = 100;

function version(database: DatabaseSync): string {
  return shown(prepareRaw(database, "PRAGMA user_version").get()?.["user_version"] ?? null);
}

/** SQLite's own check of pages and indexes, and the tables and indexes that this version has. */
export function checkDatabase(database: DatabaseSync, note: Note): void {
  for (const row of database.prepare(`PRAGMA integrity_check(${MAX_MESSAGES})`).all()) {
    const [message] = Object.values(row);
    if (message !== "ok") note("audit/database", "PRAGMA integrity_check", String(message), "ok");
  }
  const model = openDatabase(":memory:");
  try {
    const [found, due] = [version(database), version(model)];
    if (found !== due) note("audit/schema", "PRAGMA user_version", found, due);
    const from = "(SELECT type, name, tbl_name, sql FROM sqlite_schema)";
    compareTable(database, model, { code: "audit/schema", from, key: ["type", "name"], name: "schema" }, note);
  } finally {
    model.close();
  }
}
