import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../schema.ts";
import type { Note } from "./finding.ts";
import { compareTable } from "./compare.ts";
import { prepareRaw, shown } from "./values.ts";

const MAX_MESSAGES = 100;

function version(database: DatabaseSync): string {
  return shown(prepareRaw(database, "PRAGMA user_version").get()?.["user_version"] ?? null);
}

function checkPages(database: DatabaseSync, note: Note): void {
  for (const row of database.prepare(`PRAGMA integrity_check(${MAX_MESSAGES})`).all()) {
    const [message] = Object.values(row);
    if (message !== "ok") note("audit/database", "PRAGMA integrity_check", String(message), "ok");
  }
}

const KEY = ["type", "name"];
const schema = {
  code: "audit/schema",
  from: "(SELECT type, name, tbl_name, sql FROM sqlite_schema)",
  key: KEY,
} as const;
const ownTables = { ...schema, name: "tables", only: "type = 'table' AND name NOT LIKE 'sqlite%'" } as const;

/**
 * The tables and indexes that this version has, and SQLite's own check of its pages and indexes. A view, a virtual
 * table or an expression of somebody else's is code that runs where it is read, so nothing of such a copy is.
 *
 * @returns whether its tables may be read
 */
export function checkDatabase(database: DatabaseSync, note: Note): boolean {
  const model = openDatabase(":memory:");
  try {
    const [found, due] = [version(database), version(model)];
    if (found !== due) note("audit/schema", "PRAGMA user_version", found, due);
    let differences = 0;
    compareTable(database, model, { ...schema, name: "schema" }, (...finding) => {
      differences++;
      note(...finding);
    });
    if (differences === 0) checkPages(database, note);
    let isReadable = true;
    compareTable(database, model, ownTables, () => (isReadable = false));
    return isReadable;
  } finally {
    model.close();
  }
}
