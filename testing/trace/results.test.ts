import assert from "node:assert/strict";
import { test } from "node:test";
import { parseResults, titleOf } from "./results.ts";

const line = '{"file":"a.test.ts","path":["suite","title"],"outcome":"passed","reason":"","durationMs":1.5}';

test("reads one result a line", () => {
  const [result, ...rest] = parseResults(`${line}\n{"end":true}\n`);
  assert.ok(result !== undefined);
  assert.deepEqual(rest, []);
  assert.equal(titleOf(result), "title");
  assert.equal(result.outcome, "passed");
});

test("refuses a run that was cut off", () => {
  assert.throws(() => parseResults(`${line}\n`), TypeError);
  assert.throws(() => parseResults(""), TypeError);
});

test("refuses lines of another form", () => {
  for (const other of ['{"file":"a"}', line.replace("passed", "great"), line.replace('"title"', "1"), "[]"]) {
    assert.throws(() => parseResults(`${other}\n{"end":true}\n`), TypeError);
  }
});
