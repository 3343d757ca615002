import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fromUtf8, toHex, utf8 } from "@firmament/core/bytes";
import { encodeKey, keyHash, pathOf, positionOf } from "@firmament/core/state";
import type { StateKey } from "@firmament/core/state";
import { anyKey } from "./support/arbitrary.ts";
import { referenceKeyHash, referencePath } from "./support/reference-tree.ts";
import { crypto } from "./support/sha256.ts";

const anyTextKey = fc
  .tuple(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 3 }),
    fc.array(fc.string({ maxLength: 4 }), { maxLength: 8 }),
  )
  .filter(([table]) => utf8(table).length <= 32)
  .map(([table, parts]): StateKey => [table, ...parts]);

function decode(bytes: Uint8Array): string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const width = texts.length === 0 ? 1 : 2;
    const length = Buffer.from(bytes).readUIntBE(at, width);
    texts.push(fromUtf8(bytes.subarray(at + width, at + width + length)));
    at += width + length;
  }
  return texts;
}

test("a key is its table and parts, each after its length", () => {
  assert.equal(toHex(encodeKey(["release", "ab", ""])), `07${toHex(utf8("release"))}0002${toHex(utf8("ab"))}0000`);
});

test("two keys never have the same bytes: they can be read back", () => {
  fc.assert(fc.property(anyTextKey, (key) => assert.deepEqual(decode(encodeKey(key)), key)));
});

test("hash and path are those of the definition", () => {
  fc.assert(
    fc.property(fc.oneof(anyKey, anyTextKey), (key) => {
      assert.equal(toHex(keyHash(crypto, key)), referenceKeyHash(key).toString("hex"));
      assert.equal(toHex(pathOf(crypto, key)), referencePath(key).toString("hex"));
    }),
  );
});

test("records of one class share their first 64 bits, and only they do", () => {
  const prefixOf = (key: StateKey): string => toHex(pathOf(crypto, key).subarray(0, 8));
  const prefix = prefixOf(["head", "sensor"]);
  assert.equal(prefixOf(["policy", "sensor"]), prefix);
  assert.equal(prefixOf(["entitlement", "author", "sensor"]), prefix);
  assert.notEqual(prefixOf(["head", "valve"]), prefix);
  assert.notEqual(prefixOf(["entitlement", "sensor", "author"]), prefix);
  assert.notEqual(prefixOf(["release", "sensor"]), prefix);
});

test("a path outside the class tables is the key hash itself", () => {
  const { path, keyHash: whole } = positionOf(crypto, ["release", "1"]);
  assert.deepEqual(path, whole);
});

test("the largest key is accepted", () => {
  const part = "x".repeat(512);
  const key: StateKey = ["t".repeat(32), part, part, part, part, part, part, part, part];
  assert.equal(encodeKey(key).length, 33 + 8 * 514);
});

const refused: readonly (readonly [name: string, key: StateKey, code: string])[] = [
  ["an empty table", [""], "state/key-table"],
  ["a table of 33 bytes", ["t".repeat(33)], "state/key-table"],
  ["a table of 17 characters and 34 bytes", ["ä".repeat(17)], "state/key-table"],
  ["nine parts", ["release", "1", "2", "3", "4", "5", "6", "7", "8", "9"], "state/key-parts"],
  ["a head without class", ["head"], "state/key-parts"],
  ["a head with two parts", ["head", "sensor", "1"], "state/key-parts"],
  ["a policy without class", ["policy"], "state/key-parts"],
  ["an entitlement without class", ["entitlement", "author"], "state/key-parts"],
  ["a part of 513 bytes", ["release", "x".repeat(513)], "state/key-part"],
  ["a part of 257 characters and 514 bytes", ["release", "ä".repeat(257)], "state/key-part"],
  ["a lone surrogate", ["release", "\ud800"], "bytes/utf8"],
];

for (const [name, key, code] of refused) {
  test(`${name} is refused`, () => assert.throws(() => pathOf(crypto, key), { name: "Refusal", code }));
}
