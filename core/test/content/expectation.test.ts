import assert from "node:assert/strict";
import { test } from "node:test";
import { asCid } from "@firmament/core/cid";
import { assertExpected, type StoredContent } from "@firmament/core/content";
import { refusesWith } from "../cid/refuses-with.ts";

const found: StoredContent = {
  cid: asCid("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"),
  size: 11,
  sha256: "b9".repeat(32),
  sha384: "fd".repeat(48),
};

test("content that is as announced passes, digests or not", () => {
  assertExpected(found, found);
  assert.doesNotThrow(() => assertExpected(found, { cid: found.cid, size: 11 }));
});

test("each difference has its own refusal", () => {
  refusesWith("content/size-mismatch", () => assertExpected(found, { ...found, size: 12 }));
  refusesWith("content/digest-mismatch", () => assertExpected(found, { ...found, sha256: "00".repeat(32) }));
  refusesWith("content/digest-mismatch", () => assertExpected(found, { ...found, sha384: "00".repeat(48) }));
  refusesWith("content/digest-mismatch", () => assertExpected(found, { ...found, sha384: found.sha384.toUpperCase() }));
  refusesWith("content/cid-mismatch", () => assertExpected(found, { ...found, cid: `${found.cid}a` }));
});
