import type { DatabaseSync } from "node:sqlite";

/**
 * Runs reads against one state of a database that another process writes: all of them see the same commit.
 * Synchronous; nothing may await inside.
 */
export function inSnapshot<T>(database: DatabaseSync, read: () => T): T {
  if (database.isTransaction) return read();
  database.exec("BEGIN");
  try {
    return read();
  } finally {
    database.exec("ROLLBACK");
  }
}
