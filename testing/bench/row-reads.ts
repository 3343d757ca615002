import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";

/** A read that a database was asked for. */
interface RowRead {
  readonly sql: string;
  readonly method: "all" | "get";
  readonly parameters: readonly SQLInputValue[];
}

function boundOf<T extends object>(target: T, name: string | symbol): unknown {
  const found: unknown = Reflect.get(target, name);
  return typeof found === "function" ? (found.bind(target) as unknown) : found;
}

function watchedStatement(statement: StatementSync, sql: string, reads: RowRead[]): StatementSync {
  return new Proxy(statement, {
    get(target, name) {
      if (name !== "all" && name !== "get") return boundOf(target, name);
      return (...parameters: SQLInputValue[]): unknown => {
        reads.push({ method: name, parameters, sql });
        return target[name](...parameters);
      };
    },
  });
}

/** A database that notes every row that is read from it. */
export function watchedDatabase(database: DatabaseSync): { readonly port: DatabaseSync; readonly reads: RowRead[] } {
  const reads: RowRead[] = [];
  const port = new Proxy(database, {
    get(target, name) {
      if (name === "prepare") return (sql: string) => watchedStatement(target.prepare(sql), sql, reads);
      return boundOf(target, name);
    },
  });
  return { port, reads };
}

/** Repeats reads bare, each by a statement that is prepared once. */
export class BareReads {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Prepares what the reads need. */
  prepare(reads: readonly RowRead[]): void {
    for (const { sql } of reads) {
      const statement = this.#database.prepare(sql);
      statement.setReturnArrays(true);
      this.#statements.set(sql, statement);
    }
  }

  repeat(reads: readonly RowRead[]): void {
    for (const { method, parameters, sql } of reads) this.#statements.get(sql)?.[method](...parameters);
  }
}
