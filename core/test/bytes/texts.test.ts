import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  base64urlLength,
  fromBase64,
  fromBase64url,
  fromHex,
  toBase64,
  toBase64url,
  toHex,
} from "@firmament/core/bytes";
import { Refusal } from "@firmament/core/errors";
import { assertRefuses } from "./support/refusals.ts";

const bytes = fc.uint8Array({ maxLength: 70 });

test("the three spellings are Node's, and come back", () => {
  fc.assert(
    fc.property(bytes, (value) => {
      const buffer = Buffer.from(value);
      assert.equal(toBase64(value), buffer.toString("base64"));
      assert.equal(toBase64url(value), buffer.toString("base64url"));
      assert.equal(toHex(value), buffer.toString("hex"));
      assert.deepEqual(fromBase64(toBase64(value)), value);
      assert.deepEqual(fromBase64url(toBase64url(value)), value);
      assert.deepEqual(fromHex(toHex(value)), value);
    }),
  );
});

test("every text is refused or is the one spelling of its bytes", () => {
  const near = fc.string({ unit: fc.constantFrom(..."AQgw_-+/=Zz09 \n\u00e9"), maxLength: 12 });
  fc.assert(
    fc.property(near, (text) => {
      for (const [decode, encode] of [
        [fromBase64, toBase64],
        [fromBase64url, toBase64url],
        [fromHex, toHex],
      ] as const) {
        let found: Uint8Array;
        try {
          found = decode(text);
        } catch {
          continue;
        }
        assert.equal(encode(found), text);
      }
    }),
  );
});

test("the length of a base64url text is that of its bytes, and refused where they are", () => {
  const near = fc.string({ unit: fc.constantFrom(..."AQgw_-+=Z9 \n\u00e9"), maxLength: 12 });
  const outcome = (measure: (text: string) => number, text: string): unknown => {
    try {
      return measure(text);
    } catch (error) {
      return error instanceof Refusal ? error.code : error;
    }
  };
  fc.assert(
    fc.property(fc.oneof(near, bytes.map(toBase64url)), (text) => {
      assert.deepEqual(
        outcome(base64urlLength, text),
        outcome((each) => fromBase64url(each).length, text),
      );
    }),
  );
});

test("base64url: no padding, no other alphabet, no impossible length, no unused bits", () => {
  for (const text of ["QQ==", "A", "AAAAA", "QR", "QUF", "+A", "/A", "A A", "QQ\n", "é", "\u{1f600}"]) {
    assertRefuses("bytes/base64", () => fromBase64url(text), text);
  }
});

test("base64: whole groups with their padding and nothing else", () => {
  for (const text of ["QQ", "QQ=", "QR==", "QUF=", "=", "====", "A===", "QQ==QQ==", "-A==", "QUFB\n"]) {
    assertRefuses("bytes/base64", () => fromBase64(text), text);
  }
});

test("hexadecimal: lower case, whole bytes", () => {
  for (const text of ["a", "AB", "0x00", "zz", "00 ", "00\n", "é0"])
    assertRefuses("bytes/hex", () => fromHex(text), text);
});
