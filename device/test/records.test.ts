import assert from "node:assert/strict";
import { test } from "node:test";
import { BenchDevice } from "./support/bench-device.ts";

test("[S3-12] a counter record never falls, whoever writes it", () => {
  const { records } = new BenchDevice({ components: 2 });
  records.counters = [10, 5];
  records.counters = [3, 7];
  assert.deepEqual(records.counters, [10, 7]);
});

test("a record that another version wrote reads as lost", () => {
  const { records } = new BenchDevice();
  const factory = records.table;
  records.table = { ...factory, confirmed: ["b", "b"] };
  assert.deepEqual(records.table, factory);
});
