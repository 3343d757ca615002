import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { half, isOdd, isSize, meetingLevel, ones, topLevel, trailingZeros } from "../../src/log/positions.ts";

const anySize = fc.maxSafeNat();
const bits = (n: number): string => BigInt(n).toString(2);

test("positions count bits as big integers do, up to 2^53-1", () => {
  fc.assert(
    fc.property(anySize, anySize, (a, b) => {
      const difference = BigInt(a) ^ BigInt(b);
      assert.equal(meetingLevel(a, b), difference === 0n ? 0 : difference.toString(2).length);
      assert.equal(ones(a), bits(a).replaceAll("0", "").length);
      assert.equal(BigInt(half(a)), BigInt(a) >> 1n);
      assert.equal(isOdd(a), (BigInt(a) & 1n) === 1n);
    }),
  );
});

test("the lowest and the highest one bit are found", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (n) => {
      assert.equal(trailingZeros(n), (/0*$/.exec(bits(n))?.[0] ?? "").length);
      assert.equal(topLevel(n), bits(n).length - 1);
    }),
  );
});

test("a size is a safe integer from 0", () => {
  assert.deepEqual([0, 1, 2 ** 53 - 1].map(isSize), [true, true, true]);
  assert.deepEqual([-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY].map(isSize), [
    false,
    false,
    false,
    false,
    false,
  ]);
});
