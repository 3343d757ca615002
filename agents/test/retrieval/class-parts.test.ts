import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClassPart } from "@firmament/core/bundle";
import { ClassParts } from "../../src/retrieval/class-parts.ts";

const empty = new Uint8Array();

const part = (origin: string): ClassPart => ({
  authors: [],
  consistency: [],
  cosignatures: [],
  entry: { outcome: "", rules: 1, stateRoot: "", time: 0, transaction: "", trust: 1 },
  head: empty,
  inclusion: empty,
  origin,
  policy: empty,
  proof: { leaves: [], siblings: empty, structure: empty },
  releases: [],
  root: empty,
  size: 1,
  trust: [],
});

test("a part is made once for a checkpoint, and again for the next", () => {
  const parts = new ClassParts(2);
  let made = 0;
  const get = (size: number, name: string) => parts.at(size, name, () => part(`${name} ${++made}`)).origin;
  assert.deepEqual([get(1, "a"), get(1, "a"), get(1, "b"), get(2, "a")], ["a 1", "a 1", "b 2", "a 3"]);
});

test("beyond the limit the oldest part is forgotten", () => {
  const parts = new ClassParts(2);
  let made = 0;
  const get = (name: string) => parts.at(1, name, () => part(`${name} ${++made}`)).origin;
  assert.deepEqual(["a", "b", "c", "c", "b", "a"].map(get), ["a 1", "b 2", "c 3", "c 3", "b 2", "a 4"]);
});

test("what cannot be made is not kept", () => {
  const parts = new ClassParts(2);
  assert.throws(() => parts.at(1, "a", () => assert.fail("no")));
  assert.equal(parts.at(1, "a", () => part("x")).origin, "x");
});
