import assert from "node:assert/strict";
import { test } from "node:test";
import { requestedRange } from "../src/http-range.ts";

const part = (offset: number, length: number) => ({ kind: "part", offset, length });

test("a single range of bytes is understood", () => {
  assert.deepEqual(requestedRange("bytes=0-0", 10), part(0, 1));
  assert.deepEqual(requestedRange("bytes=3-", 10), part(3, 7));
  assert.deepEqual(requestedRange("bytes=3-99", 10), part(3, 7));
  assert.deepEqual(requestedRange("bytes=-4", 10), part(6, 4));
  assert.deepEqual(requestedRange("bytes=-40", 10), part(0, 10));
  assert.deepEqual(requestedRange("Bytes= 0-1 ", 10), part(0, 2));
});

test("bytes that are not there cannot be had", () => {
  for (const field of ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=999999999999999-"]) {
    assert.deepEqual(requestedRange(field, 10), { kind: "unsatisfiable" });
  }
  assert.deepEqual(requestedRange("bytes=0-", 0), { kind: "unsatisfiable" });
  assert.deepEqual(requestedRange("bytes=-5", 0), { kind: "unsatisfiable" });
});

test("a field that is malformed, of another unit or of several ranges counts as absent", () => {
  for (const field of [
    undefined,
    "",
    "bytes=",
    "bytes=-",
    "bytes=5-4",
    "bytes=a-b",
    "items=0-1",
    "bytes=0-1,3-4",
    "bytes=-1-2",
    "bytes=0-9999999999999999999",
  ]) {
    assert.deepEqual(requestedRange(field, 10), { kind: "whole" });
  }
});
