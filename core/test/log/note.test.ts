import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fromUtf8, utf8 } from "@firmament/core/bytes";
import { assertKeyName, formatNote, noteLimits, parseNote } from "@firmament/core/log";
import { assertRefuses } from "./support/refusals.ts";

// Key id 01020304 and one byte of signature.
const base64 = "AQIDBAU=";
const line = `— a.example/log ${base64}\n`;
const signature = { name: "a.example/log", keyId: "01020304", signature: Uint8Array.of(5) };

const anyName = fc.string({ unit: "binary", minLength: 1, maxLength: 20 }).filter((name) => {
  return !/[\p{White_Space}+]/u.test(name) && [...name].every((c) => c >= " ");
});
const anySignature = fc.record(
  {
    name: anyName,
    keyId: fc.constantFrom("00000000", "c74f20a3", "ffffffff"),
    signature: fc.uint8Array({ minLength: 1, maxLength: 80 }),
  },
  { noNullPrototype: true },
);
const anyText = fc
  .array(
    fc.string({ unit: "grapheme", maxLength: 12 }).map((part) => [...part].filter((c) => c >= " ").join("")),
    { minLength: 1 },
  )
  .map((lines) => `${lines.join("\n")}\n`);

test("a note is its text, an empty line and its signatures", () => {
  const note = parseNote(utf8(`first\n\nthird\n\n${line}`));
  assert.deepEqual(note, { text: "first\n\nthird\n", signatures: [signature] });
  assert.equal(fromUtf8(formatNote(note)), `first\n\nthird\n\n${line}`);
});

test("parsing undoes formatting", () => {
  fc.assert(
    fc.property(anyText, fc.array(anySignature, { minLength: 1, maxLength: 5 }), (text, signatures) => {
      assert.deepEqual(parseNote(formatNote({ text, signatures })), { text, signatures });
    }),
  );
});

test("bytes that parse are the bytes that format writes", () => {
  const whole = formatNote({ text: "text\n", signatures: [signature, { ...signature, name: "b" }] });
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
      const altered = whole.map((old, i) => (i === at ? byte : old));
      let note;
      try {
        note = parseNote(altered);
      } catch {
        return;
      }
      assert.deepEqual(Buffer.from(formatNote(note)), Buffer.from(altered));
    }),
  );
});

test("whatever is no note in its one form is refused", () => {
  const malformed = [
    "",
    "text",
    "text\n",
    "text\n\n",
    line,
    `text\n${line}`,
    `text\n\n${line}\n`,
    `text\n\n${line}${line.slice(0, -1)}`,
    `text\n\n${line}more\n`,
    `text\n\n- a.example/log ${base64}\n`,
    `text\n\n— a.example/log  ${base64}\n`,
    `text\n\n— a.example/log ${base64} \n`,
    "text\n\n— a.example/log AQIDBA==\n",
  ];
  for (const text of malformed) assertRefuses("log/note-form", () => parseNote(utf8(text)), text);
  assertRefuses("bytes/base64", () => parseNote(utf8(`text\n\n${line.replace("AU=", "AV=")}`)));
  assertRefuses("bytes/utf8", () => parseNote(Uint8Array.of(0xff, 0x0a, 0x0a)));
  for (const control of ["\0", "\t", "\r", "\u001f"]) {
    assertRefuses("log/note-character", () => parseNote(utf8(`te${control}xt\n\n${line}`)));
  }
});

test("a note beyond its limits is refused before it is split", () => {
  const { maxBytes, maxSignatures } = noteLimits;
  assertRefuses("log/note-size", () => parseNote(new Uint8Array(maxBytes + 1)));
  assertRefuses("log/note-size", () => parseNote(utf8(`text\n\n${line.repeat(maxSignatures + 1)}`)));
  assert.equal(parseNote(utf8(`text\n\n${line.repeat(maxSignatures)}`)).signatures.length, maxSignatures);
  assertRefuses("log/note-size", () => parseNote(utf8(`text\n\n${line}${line}`), { maxBytes, maxSignatures: 1 }));
});

test("a key name has no space, no plus and an end", () => {
  assertKeyName("registry.example/main");
  assertKeyName("日本語-witness");
  for (const name of ["", "a b", "a\u00a0b", "a\u2003b", "a\u0085b", "a+b", "a\nb", "a\u0001b", "a".repeat(256)]) {
    assertRefuses("log/note-name", () => assertKeyName(name), name);
  }
  assertRefuses("log/note-name", () => parseNote(utf8(`text\n\n— a+b ${base64}\n`)));
});

test("what no parser accepts is not written", () => {
  assertRefuses("log/note-form", () => formatNote({ text: "text", signatures: [signature] }));
  assertRefuses("log/note-form", () => formatNote({ text: "text\n", signatures: [] }));
  assertRefuses("log/note-character", () => formatNote({ text: "te\txt\n", signatures: [signature] }));
  assertRefuses("log/note-name", () => formatNote({ text: "text\n", signatures: [{ ...signature, name: "a b" }] }));
});
