import assert from "node:assert/strict";
import { test } from "node:test";
import {
  digest256,
  digest384,
  idName,
  line,
  organisationName,
  seconds,
  sequenceNumber,
  signatureText,
} from "@firmament/core/codec";
import { assertRefuses } from "./support/refusals.ts";

const spelt = (bytes: number): string => Buffer.alloc(bytes, 7).toString("base64url");

test("names are ASCII, short, and begin and end with a letter or digit", () => {
  for (const name of ["a", "alpha.example", "a-1.b", "9"]) assert.equal(organisationName(name, "name"), name);
  for (const name of ["", "Alpha", "a.", "-a", "a b", "\u00e4", "a\n", "a/b", "a".repeat(65)]) {
    assertRefuses("codec/value", () => organisationName(name, "name"), name);
  }
  for (const name of ["A", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "urn:x", "a_b"])
    assert.equal(idName(name, "name"), name);
  for (const name of ["", "a:", "_a", "a b", "a\u0000", "a".repeat(65)])
    assertRefuses("codec/value", () => idName(name, "name"), name);
});

test("digests and signatures have their one length", () => {
  assert.equal(digest256(spelt(32), "d"), spelt(32));
  assert.equal(digest384(spelt(48), "d"), spelt(48));
  for (const bytes of [64, 256, 512]) assert.equal(signatureText(spelt(bytes), "s"), spelt(bytes));
  for (const bytes of [31, 33, 48]) assertRefuses("codec/value", () => digest256(spelt(bytes), "d"));
  for (const bytes of [32, 47, 49]) assertRefuses("codec/value", () => digest384(spelt(bytes), "d"));
  for (const bytes of [63, 513]) assertRefuses("codec/value", () => signatureText(spelt(bytes), "s"));
});

test("times and sequences have their range", () => {
  assert.equal(seconds(2 ** 40 - 1, "t"), 2 ** 40 - 1);
  assertRefuses("codec/value", () => seconds(2 ** 40, "t"));
  assertRefuses("codec/value", () => seconds(-1, "t"));
  assert.equal(sequenceNumber(2 ** 50 - 1, "s"), 2 ** 50 - 1);
  assertRefuses("codec/value", () => sequenceNumber(2 ** 50, "s"));
  assertRefuses("codec/value", () => sequenceNumber(0, "s"));
});

test("a line has no control characters, and may be empty", () => {
  const short = line(5);
  for (const text of ["", "a b", "\u00e9\u6c34"]) assert.equal(short(text, "l"), text);
  for (const text of ["a\nb", "a\rb", "\u0000", "\u007f", "abcdef"])
    assertRefuses("codec/value", () => short(text, "l"), text);
});
