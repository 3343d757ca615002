import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClassPart } from "@firmament/core/bundle";
import { ClassParts } from "../../src/retrieval/class-parts.ts";

const empty = new Uint8Array();

const part = (origin: string): ClassPart => ({
  authors: [],
  consistency: [],
  cosignatures: [],
  entry: { outcome: "", root: "", rules: 1, time: 0, transaction: "", trust: 1 },
  head: empty,
  inclusion: empty,
  origin,
  policy: empty,
  proof: { hashes: empty, shape: empty },
  releases: [],
  root: empty,
  size: 1,
  trust: [],
});

test("a part is made once under its name", () => {
  const parts = new ClassParts(2);
  let made = 0;
  const get = (name: string) => parts.get(name, () => part(`${name} ${++made}`)).origin;
  assert.deepEqual(["a@1", "a@1", "a@2", "a@1"].map(get), ["a@1 1", "a@1 1", "a@2 2", "a@1 1"]);
});

test("beyond the limit the oldest part is forgotten", () => {
  const parts = new ClassParts(2);
  let made = 0;
  const get = (name: string) => parts.get(name, () => part(`${name} ${++made}`)).origin;
  assert.deepEqual(["a", "b", "c", "c", "b", "a"].map(get), ["a 1", "b 2", "c 3", "c 3", "b 2", "a 4"]);
});

test("what cannot be made is not kept", () => {
  const parts = new ClassParts(2);
  assert.throws(() => parts.get("a", () => assert.fail("no")));
  assert.equal(parts.get("a", () => part("x")).origin, "x");
});
