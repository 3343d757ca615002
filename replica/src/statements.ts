import type { DatabaseSync, StatementSync } from "node:sqlite";

const held = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

/** A prepared statement, each text once per database; for `get`, `all` and `run`, never for `iterate`. */
export function prepared(database: DatabaseSync, sql: string): StatementSync {
  const statements = held.get(database) ?? new Map<string, StatementSync>();
  held.set(database, statements);
  const statement = statements.get(sql) ?? database.prepare(sql);
  statements.set(sql, statement);
  return statement;
}
