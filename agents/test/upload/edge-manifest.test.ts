import assert from "node:assert/strict";
import { test } from "node:test";
import { fromUtf8, toHex } from "@firmament/core/bytes";
import { canonicalBytes, canonicalText } from "@firmament/core/codec";
import { nodeCrypto } from "@firmament/crypto";
import { manifestBytes } from "../../src/upload/index.ts";
import { manifest } from "../support/samples.ts";

const textOf = (value: unknown): string => fromUtf8(manifestBytes(nodeCrypto, value));
const digest = toHex(nodeCrypto.sha384(canonicalBytes(manifest)));

test("members in any order give the canonical bytes that the author signed", () => {
  const reversed = Object.fromEntries(Object.entries(manifest).reverse());
  assert.equal(textOf(reversed), canonicalText(manifest));
});

test("manifestDigest is compared and left out", () => {
  assert.equal(textOf({ ...manifest, manifestDigest: digest }), canonicalText(manifest));
  for (const wrong of [digest.replace(/^./, (c) => (c === "0" ? "1" : "0")), digest.toUpperCase(), "", 1, {}]) {
    assert.throws(() => textOf({ ...manifest, manifestDigest: wrong }), {
      code: "upload/manifest-digest",
      error: "ERR_MANIFEST_NOT_VERIFIABLE",
    });
  }
});

test("the reference's spelling aditionalInstructions is accepted, and spelt right inside", () => {
  const expected = canonicalText({ ...manifest, additionalInstructions: "reboot" });
  assert.equal(textOf({ ...manifest, aditionalInstructions: "reboot" }), expected);
  assert.equal(textOf({ ...manifest, additionalInstructions: "reboot" }), expected);
  const both = { ...manifest, additionalInstructions: "a", aditionalInstructions: "b" };
  assert.throws(() => textOf(both), { code: "upload/manifest" });
});

test("what has no canonical form is no manifest", () => {
  for (const wrong of [null, [], "{}", 1, { size: 1.5 }, { size: null }, { a: "\ud800" }]) {
    assert.throws(() => textOf(wrong), { code: "upload/manifest", error: "ERR_INCORRECT_MANIFEST_FORMAT" });
  }
});
