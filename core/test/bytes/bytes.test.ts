import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { bigEndian, compare, concat, equal, fromBigEndian, fromUtf8, utf8 } from "@firmament/core/bytes";
import { assertRefuses } from "./support/refusals.ts";

const bytes = fc.uint8Array({ maxLength: 40 });
const sign = (value: number): number => Math.sign(value);

test("text of any Unicode comes back from its UTF-8", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => assert.equal(fromUtf8(utf8(text)), text)));
});

test("a lone surrogate has no UTF-8, and bytes that are none have no text", () => {
  for (const text of ["\ud800", "a\udc00b", "\udc00\ud800"]) assertRefuses("bytes/utf8", () => utf8(text));
  const wrong = [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]];
  for (const each of wrong) assertRefuses("bytes/utf8", () => fromUtf8(Uint8Array.from(each)), each.join());
});

test("a byte order mark stays in the text, where a parser refuses it", () => {
  assert.equal(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41)), "\ufeffA");
});

test("compare is Buffer's order: unsigned, shorter first, total", () => {
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      assert.equal(sign(compare(a, b)), sign(Buffer.compare(a, b)));
      assert.equal(equal(a, b), Buffer.compare(a, b) === 0);
      assert.equal(compare(a, a.slice()), 0);
    }),
  );
});

test("concat joins in order and shares nothing with its parts", () => {
  fc.assert(
    fc.property(fc.array(bytes), (parts) => {
      const all = concat(...parts);
      assert.deepEqual(
        [...all],
        parts.flatMap((part) => [...part]),
      );
      for (const part of parts) part.fill(0);
      assert.equal(
        all.length,
        parts.reduce((sum, part) => sum + part.length, 0),
      );
    }),
  );
});

test("big-endian integers come back, and one that does not fit is a fault", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      assert.equal(fromBigEndian(bigEndian(value, 8)), value);
    }),
  );
  assert.deepEqual([...bigEndian(258, 2)], [1, 2]);
  assert.throws(() => bigEndian(256, 1), RangeError);
  assert.throws(() => bigEndian(-1, 4), RangeError);
});
