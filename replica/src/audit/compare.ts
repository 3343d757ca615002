import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { AuditCode, Note } from "./finding.ts";
import { order, prepareRaw, type RawRow, same, shown, shownPair } from "./values.ts";

/** A table whose rows must be the same in two databases. */
export interface ComparedTable {
  readonly code: AuditCode;
  /** The table, or a query in parentheses. */
  readonly from?: string;
  readonly name: string;
  readonly key: readonly string[];
  /** SQL condition on the rows that are compared. */
  readonly only?: string;
}

/** Differences of one table after which nobody learns more from the next. */
const MAX_DIFFERENCES = 10_000;

function keyOf(row: RawRow, key: readonly string[]): readonly SQLOutputValue[] {
  return key.map((column) => row[column] ?? null);
}

function compareKeys(a: readonly SQLOutputValue[], b: readonly SQLOutputValue[]): number {
  for (const [i, value] of a.entries()) {
    const difference = order(value, b[i] ?? null);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A row's place, such as `log_nodes level=0 idx=5`. */
export function placeOf(name: string, key: readonly string[], row: RawRow): string {
  return [name, ...key.map((column) => `${column}=${textOf(row[column] ?? null)}`)].join(" ");
}

const textOf = (value: SQLOutputValue): string => (typeof value === "string" ? value : shown(value));

function compareRows(table: ComparedTable, found: RawRow, expected: RawRow, note: Note): number {
  const columns = Object.keys(expected).filter((name) => !same(found[name] ?? null, expected[name] ?? null));
  for (const name of columns) {
    const pair = shownPair(found[name] ?? null, expected[name] ?? null);
    note(table.code, `${placeOf(table.name, table.key, expected)}, ${name}`, pair.found, pair.expected);
  }
  return columns.length;
}

type Pair = readonly [found: RawRow | undefined, expected: RawRow | undefined];

// Both sides in the order of the key; a row that one side lacks stands alone.
function* paired(found: Iterator<RawRow>, expected: Iterator<RawRow>, key: readonly string[]): Generator<Pair> {
  const next = (rows: Iterator<RawRow>): RawRow | undefined => {
    const step = rows.next();
    return step.done === true ? undefined : step.value;
  };
  let [mine, due] = [next(found), next(expected)];
  while (mine !== undefined || due !== undefined) {
    const side = mine === undefined ? 1 : due === undefined ? -1 : compareKeys(keyOf(mine, key), keyOf(due, key));
    yield [side <= 0 ? mine : undefined, side >= 0 ? due : undefined];
    if (side <= 0) mine = next(found);
    if (side >= 0) due = next(expected);
  }
}

function comparePair(table: ComparedTable, [mine, due]: Pair, note: Note): number {
  if (mine !== undefined && due !== undefined) return compareRows(table, mine, due, note);
  const where = placeOf(table.name, table.key, mine ?? due ?? {});
  note(table.code, where, mine === undefined ? "no row" : "a row", due === undefined ? "no row" : "a row");
  return 1;
}

/**
 * Compares a table row by row, in the order of its key.
 *
 * @returns rows that were compared
 */
export function compareTable(found: DatabaseSync, expected: DatabaseSync, table: ComparedTable, note: Note): number {
  const { key, name, from = name, only = "1" } = table;
  const sql = `SELECT * FROM ${from} WHERE ${only} ORDER BY ${key.join(", ")}`;
  const [left, right] = [prepareRaw(found, sql).iterate(), prepareRaw(expected, sql).iterate()];
  let [rows, differences] = [0, 0];
  for (const pair of paired(left, right, key)) {
    if (differences >= MAX_DIFFERENCES) {
      note(table.code, `${name}, the rest`, "not compared", "compared");
      break;
    }
    differences += comparePair(table, pair, note);
    rows++;
  }
  return rows;
}
