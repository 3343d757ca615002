import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { utf8 } from "@firmament/core/bytes";
import { canonicalBytes, canonicalText, decodeCanonical } from "@firmament/core/codec";
import { json } from "./support/arbitrary.ts";
import { accepted, assertRefuses, type ExpectedCode } from "./support/refusals.ts";

// RFC 8785 for this subset a second time and in another way: JSON.stringify, told the order by a view of each object.
function independent(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => {
    if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
    return new Proxy(member, { ownKeys: (target) => Object.keys(target).sort() });
  });
}

function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, shuffled(member)]),
  );
}

test("a value comes back from its canonical bytes", () => {
  fc.assert(
    fc.property(json, (value) => {
      assert.deepEqual(decodeCanonical(canonicalBytes(value)), value);
    }),
  );
});

test("[S2-8 S4-55] equal data has equal bytes, whatever order it was built in and whoever serialises it", () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = canonicalText(value);
      assert.equal(canonicalText(shuffled(value)), text);
      assert.equal(text, independent(value));
    }),
  );
});

test("[S2-8] the bytes are those that RFC 8785 prints for its ordering example", () => {
  // Section 3.2.3: members sorted by UTF-16 code units, so that U+1F600 stands before U+FB33.
  const members = {
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\u{1f600}": "Emoji: Grinning Face",
    "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis",
  };
  const order = [...canonicalText(members).matchAll(/:"([A-Z][a-z]+)/g)].map(([, first]) => first);
  assert.deepEqual(order, ["Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"]);
  assert.equal(canonicalText('\u20ac$\u000f\nA\'B"\\\\"/'), '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"');
});

test("any bytes are refused or are the one spelling of their value", () => {
  const near = fc.string({ unit: fc.constantFrom(...'{}[]",:-0123456789.eEtrufalsn\\u _'), maxLength: 14 });
  fc.assert(
    fc.property(near, (text) => {
      const value = accepted(() => decodeCanonical(utf8(text)));
      if (value !== undefined) assert.equal(canonicalText(value), text);
    }),
    { numRuns: 2000 },
  );
});

test("changed bytes are never read as the same value", () => {
  fc.assert(
    fc.property(json, fc.nat(), fc.nat(255), (value, at, byte) => {
      const bytes = canonicalBytes(value);
      const changed = bytes.with(at % bytes.length, byte);
      const other = accepted(() => decodeCanonical(changed));
      if (Buffer.compare(changed, bytes) !== 0 && other !== undefined) assert.notDeepEqual(other, value);
    }),
  );
});

const refused: readonly (readonly [what: string, text: string, code: ExpectedCode])[] = [
  ["a space", '{"a": 1}', "codec/not-canonical"],
  ["a line break at the end", "[1]\n", "codec/not-canonical"],
  ["members in another order", '{"b":1,"a":2}', "codec/not-canonical"],
  ["order by code point instead of code unit", '{"\ufb33":1,"\u{1f600}":2}', "codec/not-canonical"],
  ["a duplicate member", '{"a":1,"a":1}', "codec/not-canonical"],
  ["a duplicate that differs", '{"a":1,"a":2}', "codec/not-canonical"],
  ["a needless escape", '"\\u0041"', "codec/not-canonical"],
  ["an escaped slash", '"\\/"', "codec/not-canonical"],
  ["an upper-case escape", '"\\u001F"', "codec/not-canonical"],
  ["a fraction that is whole", "1.0", "codec/not-canonical"],
  ["an exponent", "1e2", "codec/not-canonical"],
  ["a fraction", "0.5", "codec/number"],
  ["minus zero", "-0", "codec/number"],
  ["more than a double holds", "1e400", "codec/number"],
  ["an integer beyond 2^53-1", "9007199254740992", "codec/number"],
  ["an integer that would be rounded", "9007199254740993", "codec/number"],
  ["an escaped lone surrogate", '"\\ud800"', "codec/value"],
  ["a lone surrogate in a name", '{"\\udfff":1}', "codec/value"],
  ["null", "null", "codec/type"],
  ["null inside", '{"a":null}', "codec/type"],
  ["__proto__", '{"__proto__":{"a":1}}', "codec/unknown-member"],
  ["__proto__ in an escape", '{"\\u005f_proto__":1}', "codec/unknown-member"],
  ["a byte order mark", "\ufeff{}", "codec/json"],
  ["a comment", "{}//", "codec/json"],
  ["two values", "{}{}", "codec/json"],
  ["nothing", "", "codec/json"],
  ["a leading zero", "01", "codec/json"],
  ["a trailing comma", "[1,]", "codec/json"],
  ["NaN", "NaN", "codec/json"],
];

for (const [what, text, code] of refused) {
  test(`${what} is refused with ${code}`, () => assertRefuses(code, () => decodeCanonical(utf8(text))));
}

test("bytes that are no UTF-8 are refused before they are parsed", () => {
  assertRefuses("bytes/utf8", () => decodeCanonical(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)));
});

test("__proto__ as a member neither decodes nor encodes, and changes no prototype", () => {
  const value: unknown = JSON.parse('{"__proto__":{"polluted":1}}');
  assertRefuses("codec/unknown-member", () => canonicalText(value));
  assert.equal(Object.hasOwn(Object.prototype, "polluted"), false);
});

test("what is no JSON value is never encoded", () => {
  const wrong: readonly (readonly [unknown, ExpectedCode])[] = [
    [undefined, "codec/type"],
    [1n, "codec/type"],
    [Symbol.iterator, "codec/type"],
    [() => 1, "codec/type"],
    [NaN, "codec/number"],
    [Infinity, "codec/number"],
    [0.1, "codec/number"],
    [-0, "codec/number"],
    ["\ud800", "codec/value"],
    [[undefined], "codec/type"],
  ];
  for (const [value, code] of wrong) assertRefuses(code, () => canonicalText(value));
  assert.equal(canonicalText({ a: undefined, b: 1 }), '{"b":1}');
});
