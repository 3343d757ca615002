import assert from "node:assert/strict";
import { test } from "node:test";
import { Recorder } from "./recorder.ts";
import type { Finished } from "./recorder.ts";

interface Node {
  readonly name: string;
  readonly parts?: readonly Node[];
  readonly ending?: Partial<Finished>;
}

/** Plays a tree of tests in node:test's order and returns `path: outcome` lines. */
function play(...trees: readonly Node[]): string[] {
  const recorder = new Recorder();
  const lines: string[] = [];
  const visit = ({ name, parts = [], ending = {} }: Node, nesting: number): void => {
    const place = { file: "a.test.ts", name, nesting };
    recorder.start(place);
    for (const part of parts) visit(part, nesting + 1);
    const plain = { passed: true, isSuite: false, skip: undefined, todo: undefined, durationMs: 1 };
    const result = recorder.finish({ ...place, ...plain, ...ending });
    if (result !== undefined) lines.push(`${result.path.join(" > ")}: ${result.outcome}`);
  };
  for (const tree of trees) visit(tree, 0);
  return lines;
}

test("a subtest stands under its parents' titles", () => {
  const deep = { name: "a", parts: [{ name: "b", parts: [{ name: "c" }] }] };
  assert.deepEqual(play(deep, { name: "d" }), ["a > b > c: passed", "a > b: passed", "a: passed", "d: passed"]);
});

test("a suite is no test, but its tests carry its title", () => {
  assert.deepEqual(play({ name: "s", ending: { isSuite: true }, parts: [{ name: "t" }] }), ["s > t: passed"]);
});

test("a suite that is skipped as a whole is a result", () => {
  assert.deepEqual(play({ name: "s", ending: { isSuite: true, skip: "engine x: missing" } }), ["s: skipped"]);
});

test("skip and todo win over passing", () => {
  assert.deepEqual(play({ name: "a", ending: { skip: true } }), ["a: skipped"]);
  assert.deepEqual(play({ name: "a", ending: { skip: "" } }), ["a: skipped"]);
  assert.deepEqual(play({ name: "a", ending: { todo: "later" } }), ["a: todo"]);
  assert.deepEqual(play({ name: "a", ending: { todo: false } }), ["a: passed"]);
});

test("a test with a part that did not pass is partial, at every height", () => {
  const skipped = { name: "c", ending: { skip: true } };
  const tree = { name: "a", parts: [{ name: "b", parts: [skipped, { name: "d" }] }] };
  assert.deepEqual(play(tree, { name: "e" }), [
    "a > b > c: skipped",
    "a > b > d: passed",
    "a > b: partial",
    "a: partial",
    "e: passed",
  ]);
});

test("files do not mix", () => {
  const recorder = new Recorder();
  const ending = { passed: true, isSuite: false, skip: undefined, todo: undefined, durationMs: 1 };
  recorder.start({ file: "a", name: "outer", nesting: 0 });
  recorder.start({ file: "b", name: "other", nesting: 0 });
  recorder.start({ file: "a", name: "inner", nesting: 1 });
  const inner = recorder.finish({ file: "a", name: "inner", nesting: 1, ...ending });
  assert.deepEqual(inner?.path, ["outer", "inner"]);
});
