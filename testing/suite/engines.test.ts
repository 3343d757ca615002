import assert from "node:assert/strict";
import { test } from "node:test";
import { skippedForEngines } from "./engines.ts";
import type { TestResult } from "../trace/results.ts";

const skipped: TestResult = { file: "a", path: ["a"], outcome: "skipped", reason: "engine x: missing", durationMs: 0 };

test("only a skip whose reason begins with the word engine counts", () => {
  assert.equal(skippedForEngines([skipped]).length, 1);
  assert.deepEqual(skippedForEngines([{ ...skipped, reason: "vectors are not here" }]), []);
  assert.deepEqual(skippedForEngines([{ ...skipped, reason: "engineering" }]), []);
  assert.deepEqual(skippedForEngines([{ ...skipped, outcome: "passed" }]), []);
});
