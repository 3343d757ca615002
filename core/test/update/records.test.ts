import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeBootTable, decodeCounters, decodeMemory, encodeRecord, type Memory } from "@firmament/core/update";
import { installedOf, offerOf, tableOf } from "./support/samples.ts";

const table = {
  ...tableOf({ b: installedOf(11) }),
  trial: { places: ["b"], bootsLeft: 1, returned: false },
} as const;

test("records come back as they were written", () => {
  assert.deepEqual(decodeBootTable(encodeRecord(table)), table);
  const memory: Memory = {
    targets: [{ offer: offerOf(11), slot: "b", bytes: 16, pieces: 1 }],
    failed: { releases: ["release-9"], trials: 1 },
  };
  assert.deepEqual(decodeMemory(encodeRecord(memory)), memory);
  assert.deepEqual(decodeCounters(encodeRecord([5, 0])), [5, 0]);
});

test("an offer whose payload stands in its manifest has no stored content", () => {
  const { stored: _, ...inline } = offerOf(11);
  const memory: Memory = { targets: [{ offer: inline, slot: "b", bytes: 0, pieces: 0 }] };
  assert.deepEqual(decodeMemory(encodeRecord(memory)), memory);
});

test("a table with another number of places is refused", () => {
  for (const change of [
    { confirmed: ["a", "a"] },
    { previous: ["a", "b"] },
    { trial: { ...table.trial, places: ["a", "b"] } },
  ] as const) {
    assert.throws(() => decodeBootTable(encodeRecord({ ...table, ...change })), { code: "update/table" });
  }
});

test("records of another form are refused", () => {
  assert.throws(() => decodeMemory(encodeRecord(table)), { code: "codec/unknown-member" });
  assert.throws(() => decodeCounters(encodeRecord([-1])), { code: "codec/value" });
});
