import { compare, toHex, utf8 } from "@firmament/core/bytes";
import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";

/** A row whose integers are bigints: a damaged one may hold any 64 bits. */
export type RawRow = Record<string, SQLOutputValue>;

/** A statement that reads any stored value. */
export function prepareRaw(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql);
  statement.setReadBigInts(true);
  return statement;
}

/** A whole number that JavaScript can count with, `undefined` for anything else. */
export function count(value: SQLOutputValue | undefined): number | undefined {
  if (typeof value !== "bigint" || value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  return Number(value);
}

const rank = (value: SQLOutputValue | Uint8Array): number =>
  value === null ? 0 : typeof value === "string" ? 2 : value instanceof Uint8Array ? 3 : 1;

const bytesOf = (value: string | Uint8Array): Uint8Array =>
  // A lone surrogate has no UTF-8; what replaces it differs from every sound text.
  typeof value === "string" ? utf8(value.toWellFormed()) : value;

/** SQLite's order of values: null, numbers, texts, blobs. */
export function order(a: SQLOutputValue | Uint8Array, b: SQLOutputValue | Uint8Array): number {
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (a === null || b === null) return 0;
  if (typeof a === "string" || a instanceof Uint8Array) return compare(bytesOf(a), bytesOf(b as string | Uint8Array));
  return a < (b as number | bigint) ? -1 : a > (b as number | bigint) ? 1 : 0;
}

/** Equal in type and in value. */
export function same(a: SQLOutputValue | Uint8Array, b: SQLOutputValue | Uint8Array): boolean {
  return typeof a === typeof b && order(a, b) === 0;
}

const CONTEXT = 24;

function isPlain(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
}

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return i;
  return length;
}

/** A value for people, shortened. */
export function shown(value: SQLOutputValue | Uint8Array): string {
  if (value === null) return "null";
  if (typeof value !== "string" && !(value instanceof Uint8Array)) return String(value);
  const bytes = bytesOf(value);
  const start = bytes.subarray(0, CONTEXT);
  const text = isPlain(start) ? JSON.stringify(String.fromCharCode(...start)) : toHex(start);
  const type = typeof value === "string" ? "" : ` (${bytes.length} bytes)`;
  return `${text}${bytes.length > CONTEXT ? "…" : ""}${type}`;
}

/** Two values that differ, each with what stands at the first different byte. */
export function shownPair(
  found: SQLOutputValue,
  expected: SQLOutputValue,
): { readonly found: string; readonly expected: string } {
  const areBytes = rank(found) >= 2 && rank(found) === rank(expected);
  if (!areBytes) return { found: shown(found), expected: shown(expected) };
  const [a, b] = [bytesOf(found as Uint8Array), bytesOf(expected as Uint8Array)];
  const at = firstDifference(a, b);
  const [near, due] = [a.subarray(at, at + CONTEXT), b.subarray(at, at + CONTEXT)];
  const print = isPlain(near) && isPlain(due) ? (part: Uint8Array) => String.fromCharCode(...part) : toHex;
  const side = (all: Uint8Array, part: Uint8Array) =>
    `${all.length} bytes, from byte ${at} on ${print(part) || "none"}`;
  return { found: side(a, near), expected: side(b, due) };
}
