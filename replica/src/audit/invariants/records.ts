import { fromUtf8 } from "@firmament/core/bytes";
import { Refusal } from "@firmament/core/errors";
import { type Table, tables } from "@firmament/core/registry";
import type { Change, Step } from "./step.ts";

const byName = new Map<string, Table<unknown>>(Object.values(tables).map((table) => [table.name, table]));

// Written once, for good.
const constant: ReadonlySet<string> = new Set(
  [
    tables.grant,
    tables.hold,
    tables.keyUse,
    tables.manifest,
    tables.nonce,
    tables.peer,
    tables.trust,
    tables.version,
  ].map((table) => table.name),
);

const placeOf = ({ parts, table }: Change): string => [table, ...parts].join(" ");

function faultOf({ after, before, table }: Change): readonly [found: string, expected: string] | undefined {
  if (after === undefined) return ["deleted", "no record is ever deleted"];
  const known = byName.get(table);
  if (known === undefined) return [`a record of ${table}`, "a table of S-2"];
  try {
    known.decode(JSON.parse(fromUtf8(after)), table);
  } catch (cause) {
    if (cause instanceof Refusal || cause instanceof SyntaxError) return [cause.message, `the form of ${table}`];
    throw cause;
  }
  const isChanged = before !== undefined && fromUtf8(before) !== fromUtf8(after);
  return constant.has(table) && isChanged ? [fromUtf8(after), fromUtf8(before)] : undefined;
}

/** PROTOCOL Y-3. @returns whether all records have their form, so that they can be judged further */
export function checkRecords({ changes, note }: Step): boolean {
  let sound = true;
  for (const change of changes) {
    const fault = faultOf(change);
    if (fault !== undefined) note("audit/record", placeOf(change), ...fault);
    sound &&= fault === undefined;
  }
  return sound;
}
