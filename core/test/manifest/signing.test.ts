import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { test } from "node:test";
import { fromUtf8, utf8 } from "@firmament/core/bytes";
import { manifestSigningInput, payloadSigningInput, successionSigningInput } from "@firmament/core/manifest";
import { crypto } from "./support/sample.ts";

test("each signing input names its purpose first and ends its last line", () => {
  const bytes = utf8("{}");
  assert.equal(fromUtf8(manifestSigningInput(crypto, bytes)), `firmament-manifest/v1\n${hash("sha384", bytes)}\n`);
  assert.equal(fromUtf8(payloadSigningInput("ab12")), "firmament-payload/v1\nab12\n");
  assert.equal(fromUtf8(successionSigningInput("l", "f", "t", "c")), "firmament-succession/v1\nl\nf\nt\nc\n");
});

test("no input of one purpose is one of another, even over equal content", () => {
  const digest = hash("sha384", utf8("{}"));
  assert.notDeepEqual(manifestSigningInput(crypto, utf8("{}")), payloadSigningInput(digest));
});
