import type { SQLOutputValue } from "node:sqlite";

export type SqlRow = Record<string, SQLOutputValue>;

// What the schema guarantees is checked once, where a column is read; a mismatch is a fault of the database.
export function asBlob(value: SQLOutputValue | undefined, column: string): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new TypeError(`${column} is no blob`);
  return value;
}

export function asInteger(value: SQLOutputValue | undefined, column: string): number {
  if (typeof value !== "number") throw new TypeError(`${column} is no integer`);
  return value;
}

export function blob(row: SqlRow, column: string): Uint8Array {
  return asBlob(row[column], column);
}

export function integer(row: SqlRow, column: string): number {
  return asInteger(row[column], column);
}

export function string(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw new TypeError(`${column} is no text`);
  return value;
}
