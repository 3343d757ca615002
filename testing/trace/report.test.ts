import assert from "node:assert/strict";
import { test } from "node:test";
import { renderTrace, trace } from "./report.ts";
import { parseRequirements, readRequirements } from "./requirements.ts";
import type { Outcome, TestResult } from "./results.ts";

const requirements = parseRequirements([
  { id: "S0-1", class: "C", title: "one" },
  { id: "S0-2", class: "E", title: "two" },
  { id: "R4-1", class: "F", title: "three", doc: true },
]);

function result(title: string, outcome: Outcome = "passed"): TestResult {
  return { file: "a.test.ts", path: ["[S0-2] suite", title], outcome, reason: "", durationMs: 1 };
}

function shown(results: readonly TestResult[]): string[] {
  return trace(requirements, results).requirements.flatMap(({ id, shownBy }) => (shownBy.length > 0 ? [id] : []));
}

test("a passing test shows what its own title names", () => {
  assert.deepEqual(shown([result("[S0-1] works")]), ["S0-1"]);
  assert.deepEqual(shown([result("[S0-1 R4-1] works")]), ["S0-1", "R4-1"]);
});

test("nothing else shows anything", () => {
  for (const outcome of ["failed", "skipped", "todo", "partial"] as const) {
    assert.deepEqual(shown([result("[S0-1] works", outcome)]), []);
  }
});

test("a claim of a test that did not pass is kept apart", () => {
  const [first] = trace(requirements, [result("[S0-1] works", "skipped")]).requirements;
  assert.deepEqual(first?.claimedBy, ["a.test.ts: [S0-1] works"]);
});

test("an id that no source has is reported", () => {
  assert.deepEqual(trace(requirements, [result("[S0-99] x")]).unknown, ["a.test.ts: [S0-99] x"]);
});

test("the table counts by source and class", () => {
  const lines = renderTrace(trace(requirements, [result("[S0-1] works")])).split("\n");
  const cells = lines.slice(0, 4).map((line) => line.split(/ +/));
  assert.deepEqual(cells, [
    ["source", "C", "E", "F", "all"],
    ["S0", "1/1", "0/1", "-", "1/2"],
    ["R4", "-", "-", "0/1", "0/1"],
    ["all", "1/1", "0/1", "0/1", "1/3"],
  ]);
});

test("the requirements of the five sources are complete", () => {
  const all = readRequirements();
  const count = (letter: string): number => all.filter((each) => each.class === letter).length;
  assert.deepEqual([count("C"), count("E"), count("F")], [149, 114, 24]);
  assert.ok(all.every(({ title }) => title.length <= 60));
});

test("a list with a repeated or malformed requirement is refused", () => {
  const one = { id: "S0-1", class: "C", title: "one" };
  for (const list of [{}, [one, one], [{ ...one, class: "D" }], [{ id: "S0-1" }], [null]]) {
    assert.throws(() => parseRequirements(list), TypeError);
  }
});
