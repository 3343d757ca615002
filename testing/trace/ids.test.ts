import assert from "node:assert/strict";
import { test } from "node:test";
import { requirementIds } from "./ids.ts";

const titles: readonly (readonly [string, readonly string[]])[] = [
  ["[S4-24] refuses an expired token", ["S4-24"]],
  ["[S4-24 S4-25] refuses both", ["S4-24", "S4-25"]],
  ["[S4-24, R4-3] refuses both", ["S4-24", "R4-3"]],
  ["a proof [S2-43] and a chain [S2-9]", ["S2-43", "S2-9"]],
  ["[S4-24] twice [S4-24]", ["S4-24"]],
  ["[RFC 9162 2.1.3] [S2-48] consistency", ["S2-48"]],
  ["S4-24 without brackets", []],
  ["[S4-] [S5] [S10-1] [XS4-2] [R3-1]", []],
  ["an array[0] and []", []],
  ["", []],
];

for (const [title, ids] of titles) {
  test(`ids of ${JSON.stringify(title).replaceAll(/[[\]]/g, "|")}`, () => {
    assert.deepEqual(requirementIds(title), ids);
  });
}
