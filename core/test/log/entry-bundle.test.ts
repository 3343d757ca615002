import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toHex } from "@firmament/core/bytes";
import { decodeEntryBundle, encodeEntryBundle } from "@firmament/core/log";
import { assertRefuses } from "./support/refusals.ts";

test("each entry stands after its length in 16 bits", () => {
  const bundle = encodeEntryBundle([Uint8Array.of(1, 2), new Uint8Array(0), new Uint8Array(256)]);
  assert.equal(toHex(bundle), `00020102${"0000"}0100${"00".repeat(256)}`);
});

test("decoding undoes encoding", () => {
  const anyEntries = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 256 });
  fc.assert(
    fc.property(anyEntries, (entries) => {
      assert.deepEqual(decodeEntryBundle(encodeEntryBundle(entries), entries.length), entries);
    }),
  );
});

test("a bundle of another width or length is refused", () => {
  const bundle = encodeEntryBundle([Uint8Array.of(1, 2), Uint8Array.of(3)]);
  for (const width of [0, 1, 3, 257, 0.5]) assertRefuses("log/entries-form", () => decodeEntryBundle(bundle, width));
  for (let length = 0; length < bundle.length; length++) {
    assertRefuses("log/entries-form", () => decodeEntryBundle(bundle.subarray(0, length), 2));
  }
});

test("what no decoder accepts is not written", () => {
  assertRefuses("log/entries-form", () => encodeEntryBundle([]));
  assertRefuses("log/entries-form", () => encodeEntryBundle(Array.from({ length: 257 }, () => new Uint8Array(0))));
  assertRefuses("log/entries-length", () => encodeEntryBundle([new Uint8Array(65_536)]));
  assert.equal(encodeEntryBundle([new Uint8Array(65_535)]).length, 65_537);
});
