import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fromHex, toHex } from "@firmament/core/bytes";
import { type Cbor, type CborLimits, decodeCbor, encodeCbor } from "@firmament/core/codec";
import { cbor } from "./support/arbitrary.ts";
import { accepted, assertRefuses, type ExpectedCode } from "./support/refusals.ts";

const limits: CborLimits = { maxBytes: 100_000, maxDepth: 6, maxItems: 1000 };

test("a value comes back from its bytes", () => {
  fc.assert(fc.property(cbor, (value) => assert.deepEqual(decodeCbor(encodeCbor(value), limits), value)));
});

test("the encoding is that of RFC 8949, appendix A", () => {
  const examples: readonly (readonly [Cbor, string])[] = [
    [0, "00"],
    [23, "17"],
    [24, "1818"],
    [100, "1864"],
    [1000, "1903e8"],
    [1_000_000, "1a000f4240"],
    [1_000_000_000_000, "1b000000e8d4a51000"],
    [new Uint8Array(), "40"],
    [Uint8Array.of(1, 2, 3, 4), "4401020304"],
    ["", "60"],
    ["IETF", "6449455446"],
    ["\u6c34", "63e6b0b4"],
    ["\ud800\udd51", "64f0908591"],
    [[], "80"],
    [[1, [2, 3], [4, 5]], "8301820203820405"],
  ];
  for (const [value, hex] of examples) assert.equal(toHex(encodeCbor(value)), hex);
});

test("any bytes are refused or are the one encoding of their value", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 12 }), (bytes) => {
      const value = accepted(() => decodeCbor(bytes, limits));
      if (value !== undefined) assert.equal(toHex(encodeCbor(value)), toHex(bytes));
    }),
    { numRuns: 3000 },
  );
});

test("every truncation and every extension is refused", () => {
  fc.assert(
    fc.property(cbor, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 4 }), (value, cut, more) => {
      const bytes = encodeCbor(value);
      assertRefuses("codec/cbor", () => decodeCbor(Uint8Array.of(...bytes, ...more), limits));
      const short = bytes.subarray(0, cut % bytes.length);
      assert.equal(
        accepted(() => decodeCbor(short, limits)),
        undefined,
      );
    }),
  );
});

const refused: readonly (readonly [what: string, hex: string, code: ExpectedCode])[] = [
  ["23 in two bytes", "1817", "codec/cbor"],
  ["255 in three bytes", "1900ff", "codec/cbor"],
  ["65535 in five bytes", "1a0000ffff", "codec/cbor"],
  ["2^32-1 in nine bytes", "1b00000000ffffffff", "codec/cbor"],
  ["a length that is not shortest", "580100", "codec/cbor"],
  ["an array length that is not shortest", "980100", "codec/cbor"],
  ["2^53", "1b0020000000000000", "codec/number"],
  ["2^64-1", "1bffffffffffffffff", "codec/number"],
  ["a byte string that claims 2^53-1 bytes", "5b001fffffffffffff", "codec/cbor"],
  ["a text that claims 4 GiB", "7affffffff", "codec/cbor"],
  ["an array that claims 2^53-1 items", "9b001fffffffffffff", "codec/cbor"],
  ["an indefinite byte string", "5f4100ff", "codec/cbor"],
  ["an indefinite text", "7f6161ff", "codec/cbor"],
  ["an indefinite array", "9f01ff", "codec/cbor"],
  ["a break alone", "ff", "codec/cbor"],
  ["reserved additional information", "1c", "codec/cbor"],
  ["a negative integer", "20", "codec/cbor"],
  ["a map", "a0", "codec/cbor"],
  ["a tag", "c000", "codec/cbor"],
  ["false", "f4", "codec/cbor"],
  ["null", "f6", "codec/cbor"],
  ["a float", "f93c00", "codec/cbor"],
  ["text that is no UTF-8", "61ff", "bytes/utf8"],
  ["nothing", "", "codec/cbor"],
];

for (const [what, hex, code] of refused) {
  test(`${what} is refused with ${code}`, () => assertRefuses(code, () => decodeCbor(fromHex(hex), limits)));
}

test("bytes, depth and number of items are bounded", () => {
  assertRefuses("codec/too-large", () => decodeCbor(new Uint8Array(11), { ...limits, maxBytes: 10 }));
  const deep = fromHex(`${"81".repeat(6)}80`);
  assert.ok(decodeCbor(deep, limits));
  assertRefuses("codec/too-deep", () => decodeCbor(fromHex(`${"81".repeat(7)}80`), limits));
  const wide = encodeCbor(Array.from({ length: 9 }, () => 0));
  assert.ok(decodeCbor(wide, { ...limits, maxItems: 10 }));
  assertRefuses("codec/too-large", () => decodeCbor(wide, { ...limits, maxItems: 9 }));
});

test("a decoded byte string is a copy: later changes of the input do not reach it", () => {
  const bytes = Uint8Array.of(0x41, 7);
  const value = decodeCbor(bytes, limits);
  bytes.fill(0);
  assert.deepEqual(value, Uint8Array.of(7));
});

test("what the profile does not know is not encoded", () => {
  for (const value of [-1, 0.5, 2 ** 53, NaN]) assertRefuses("codec/number", () => encodeCbor(value));
  assertRefuses("bytes/utf8", () => encodeCbor("\ud800"));
});
