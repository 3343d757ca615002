import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { utf8 } from "@firmament/core/bytes";
import { canonicalBytes, canonicalText, decodeCanonical, defaultJsonLimits } from "@firmament/core/codec";
import { json } from "./support/arbitrary.ts";
import { accepted, assertRefuses } from "./support/refusals.ts";

const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

test("a document of exactly its limit in bytes is read, one byte more is not", () => {
  const limits = { maxBytes: 10, maxDepth: 1 };
  assert.equal(decodeCanonical(utf8('"12345678"'), limits), "12345678");
  assertRefuses("codec/too-large", () => decodeCanonical(utf8('"123456789"'), limits));
});

test("depth counts arrays and objects alike and ends at the limit, in both directions", () => {
  const { maxBytes, maxDepth } = defaultJsonLimits;
  assert.equal(canonicalText(decodeCanonical(utf8(nested(maxDepth)))), nested(maxDepth));
  assertRefuses("codec/too-deep", () => decodeCanonical(utf8(nested(maxDepth + 1))));
  assertRefuses("codec/too-deep", () => canonicalText(JSON.parse(nested(maxDepth + 1))));
  assertRefuses("codec/too-deep", () => decodeCanonical(utf8('[{"a":[]}]'), { maxBytes, maxDepth: 2 }));
});

test("brackets inside texts do not count, however they are escaped", () => {
  const limits = { maxBytes: 100, maxDepth: 1 };
  for (const text of ['["[[[["]', '["\\"[[["]', '["\\\\","[["]']) assert.ok(decodeCanonical(utf8(text), limits));
  assertRefuses("codec/too-deep", () => decodeCanonical(utf8('["\\\\",[]]'), limits));
});

test("a million open brackets are refused without recursion", () => {
  const limits = { maxBytes: 2_000_000, maxDepth: 16 };
  assertRefuses("codec/too-deep", () => decodeCanonical(utf8("[".repeat(1_000_000)), limits));
});

test("what encodes within a depth also decodes within it", () => {
  fc.assert(
    fc.property(json, fc.integer({ min: 1, max: 6 }), (value, maxDepth) => {
      const bytes = accepted(() => canonicalBytes(value, maxDepth));
      if (bytes !== undefined) assert.deepEqual(decodeCanonical(bytes, { maxBytes: 65_536, maxDepth }), value);
    }),
  );
});
