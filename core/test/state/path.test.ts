import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { bit, firstDifference } from "@firmament/core/state";

const anyPath = fc.uint8Array({ minLength: 32, maxLength: 32 });

function bitsOf(path: Uint8Array): string {
  return [...path].map((byte) => byte.toString(2).padStart(8, "0")).join("");
}

test("a bit counts from the most significant bit of the first byte", () => {
  fc.assert(
    fc.property(anyPath, fc.integer({ min: 0, max: 255 }), (path, depth) => {
      assert.equal(String(bit(path, depth)), bitsOf(path)[depth]);
    }),
  );
});

test("the first difference is the length of the common prefix", () => {
  fc.assert(
    fc.property(anyPath, fc.integer({ min: 0, max: 255 }), (path, depth) => {
      const other = path.slice();
      other[depth >> 3] = (other[depth >> 3] ?? 0) ^ (0x80 >> (depth & 7));
      if (depth < 248) other[31] = (other[31] ?? 0) ^ 1;
      assert.equal(firstDifference(path, other), depth);
      assert.equal(firstDifference(other, path), depth);
      assert.equal(firstDifference(path, path), 256);
    }),
  );
});
