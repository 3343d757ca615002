import assert from "node:assert/strict";
import { test } from "node:test";
import { toLowS } from "@firmament/core/keys";
import fc from "fast-check";

const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const bytes = (n: bigint): Buffer => Buffer.from(n.toString(16).padStart(64, "0"), "hex");
const signature = (r: bigint, s: bigint): Uint8Array => new Uint8Array(Buffer.concat([bytes(r), bytes(s)]));
const scalar = fc.bigInt({ min: 1n, max: N - 1n });

test("s and n - s have the same low-s form, r stays", () => {
  fc.assert(
    fc.property(scalar, scalar, (r, s) => {
      const low = s > N / 2n ? N - s : s;
      assert.deepEqual(toLowS(signature(r, s)), signature(r, low));
      assert.deepEqual(toLowS(signature(r, N - s)), signature(r, low));
    }),
  );
});

test("the line runs between (n - 1) / 2 and (n + 1) / 2", () => {
  assert.deepEqual(toLowS(signature(1n, N / 2n)), signature(1n, N / 2n));
  assert.deepEqual(toLowS(signature(1n, N / 2n + 1n)), signature(1n, N / 2n));
  assert.deepEqual(toLowS(signature(1n, N - 1n)), signature(1n, 1n));
});
