import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Change } from "./step.ts";

const TRIGGERS = `
CREATE TEMP TABLE changed (key TEXT PRIMARY KEY, value BLOB);
CREATE TEMP TRIGGER state_inserted AFTER INSERT ON main.state
  BEGIN INSERT INTO changed SELECT new.key, NULL WHERE NOT EXISTS (SELECT 1 FROM changed WHERE key = new.key); END;
CREATE TEMP TRIGGER state_updated AFTER UPDATE ON main.state
  BEGIN INSERT INTO changed SELECT old.key, old.value WHERE NOT EXISTS (SELECT 1 FROM changed WHERE key = old.key); END;
CREATE TEMP TRIGGER state_deleted AFTER DELETE ON main.state
  BEGIN INSERT INTO changed SELECT old.key, old.value WHERE NOT EXISTS (SELECT 1 FROM changed WHERE key = old.key); END;
`;

/** Learns from the database itself which records a transaction wrote, whatever the rules say that it wrote. */
export class StateChanges {
  readonly #database: DatabaseSync;
  readonly #read: StatementSync;
  readonly #clear: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(TRIGGERS);
    this.#database = database;
    this.#read = database.prepare(
      "SELECT changed.key, changed.value AS before, state.value AS after FROM changed LEFT JOIN state USING (key)",
    );
    this.#clear = database.prepare("DELETE FROM changed");
  }

  /** What was written since the last call. */
  take(): readonly Change[] {
    const rows = this.#read.all();
    this.#clear.run();
    return rows.map((row) => changeOf(String(row["key"]), row["before"], row["after"]));
  }

  /** All records, as if they had been written just now. */
  everything(): readonly Change[] {
    const rows = this.#database.prepare("SELECT key, value FROM state").all();
    return rows.map((row) => changeOf(String(row["key"]), null, row["value"]));
  }
}

function changeOf(key: string, before: unknown, after: unknown): Change {
  const [table = "", ...parts] = JSON.parse(key) as string[];
  const bytes = (value: unknown) => (value instanceof Uint8Array ? value : undefined);
  return { table, parts, before: bytes(before), after: bytes(after) };
}
