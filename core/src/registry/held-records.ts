import { recordOf, type Table } from "./records.ts";

const held = new WeakMap<Uint8Array, { readonly table: Table<unknown>; readonly record: unknown }>();

function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) freeze(member);
  return Object.freeze(value);
}

/**
 * {@link recordOf}, once for as long as somebody holds the bytes: whoever reads a state from memory gives the same bytes
 * again. Nobody may write to them; the record cannot be changed.
 */
export function heldRecordOf<T>(table: Table<T>, value: Uint8Array): T {
  const known = held.get(value);
  if (known?.table === table) return known.record as T;
  const record = freeze(recordOf(table, value));
  held.set(value, { record, table });
  return record;
}
