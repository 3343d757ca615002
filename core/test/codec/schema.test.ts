import assert from "node:assert/strict";
import { test } from "node:test";
import {
  base64urlOf,
  boolean,
  type Decoder,
  hexOf,
  integer,
  list,
  object,
  oneOf,
  taggedBy,
  text,
  textSet,
} from "@firmament/core/codec";
import { assertRefuses, type ExpectedCode } from "./support/refusals.ts";

const decode = <T>(decoder: Decoder<T>, value: unknown): T => decoder(value, "value");

function refuses(code: ExpectedCode, decoder: Decoder<unknown>, ...values: readonly unknown[]): void {
  for (const value of values) assertRefuses(code, () => decode(decoder, value), JSON.stringify(value));
}

test("text is bounded in length and pattern", () => {
  const word = text({ min: 2, max: 4, pattern: /^[a-z]+$/ });
  assert.equal(decode(word, "abcd"), "abcd");
  refuses("codec/type", word, 7, null, undefined, ["ab"], { length: 2 });
  refuses("codec/value", word, "a", "abcde", "ab1", "ab\n");
  refuses("codec/value", text({ max: 4 }), "");
});

test("an integer is safe, whole and within its bounds", () => {
  const small = integer(1, 9);
  assert.equal(decode(small, 9), 9);
  refuses("codec/type", small, "7", null, true, [7]);
  refuses("codec/number", small, 1.5, NaN, Infinity, 2 ** 53, -0);
  refuses("codec/value", small, 0, 10, -1);
});

test("a hostile object in place of any value is a refusal and no fault", () => {
  const hostile: unknown = JSON.parse('{"toString":1,"valueOf":1}');
  const decoders: readonly Decoder<unknown>[] = [text({ max: 4 }), integer(0), boolean, list(boolean, { max: 1 })];
  for (const decoder of decoders) refuses("codec/type", decoder, hostile, [hostile]);
  refuses("codec/value", oneOf("a"), hostile, [hostile]);
  refuses("codec/value", taggedBy("a", {}), { a: hostile });
});

test("booleans and choices take no neighbours", () => {
  assert.equal(decode(boolean, false), false);
  refuses("codec/type", boolean, 0, "false", null);
  assert.equal(decode(oneOf("a", 1, true), 1), 1);
  refuses("codec/value", oneOf("a", 1, true), "1", "A", false, null, undefined);
});

test("bytes as text are canonical and bounded in bytes", () => {
  assert.equal(decode(base64urlOf(1, 2), "QUE"), "QUE");
  refuses("codec/value", base64urlOf(1, 2), "", "QUFB", "QR", "QQ==", "Q");
  refuses("codec/type", base64urlOf(1), 1);
  assert.equal(decode(hexOf(2), "00ff"), "00ff");
  refuses("codec/value", hexOf(2), "00", "00FF", "zzzz");
});

test("a list is bounded, a set is sorted and without duplicates", () => {
  const set = textSet(text({ max: 4 }), { min: 1, max: 3 });
  assert.deepEqual(decode(set, ["a", "b"]), ["a", "b"]);
  refuses("codec/value", set, [], ["b", "a"], ["a", "a"], ["a", "b", "c", "d"]);
  refuses("codec/type", set, { 0: "a", length: 1 }, "a", [1]);
  assert.deepEqual(decode(list(integer(0), { max: 2 }), [2, 1]), [2, 1]);
});

test("an object has exactly its members", () => {
  const point = object({ x: integer(0), y: integer(0) }, { name: text({ max: 4 }) });
  assert.deepEqual(decode(point, { x: 1, y: 2 }), { x: 1, y: 2 });
  assert.deepEqual(decode(point, { name: "p", x: 1, y: 2 }), { name: "p", x: 1, y: 2 });
  refuses("codec/missing-member", point, {}, { x: 1 });
  refuses(
    "codec/unknown-member",
    point,
    { x: 1, y: 2, z: 3 },
    { x: 1, y: 2, toString: 3 },
    JSON.parse('{"__proto__":1}'),
  );
  refuses("codec/type", point, null, [], 1, "x", undefined);
});

test("inherited members are none", () => {
  refuses("codec/missing-member", object({ x: integer(0) }), Object.create({ x: 1 }));
  refuses("codec/missing-member", taggedBy("kind", {}), Object.create({ kind: "a" }));
});

test("a tag selects one form and nothing but its own names", () => {
  const shape = taggedBy("kind", {
    line: object({ kind: oneOf("line"), length: integer(0) }),
    dot: object({ kind: oneOf("dot") }),
  });
  assert.deepEqual(decode(shape, { kind: "line", length: 3 }), { kind: "line", length: 3 });
  refuses("codec/value", shape, { kind: "toString" }, { kind: "ring" }, { kind: 1 }, { kind: null });
  refuses("codec/missing-member", shape, {}, { kind: "line" });
  refuses("codec/unknown-member", shape, { kind: "dot", length: 3 });
  refuses("codec/type", shape, null, "dot");
});
