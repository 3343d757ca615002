import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeCrypto } from "@firmament/crypto";
import { againstFloor } from "./floor.ts";
import { measure, renderReport } from "./report.ts";

const environment = { cores: 1, cpu: "a test", node: process.version, platform: "test" };

test("a small ledger is built to the entry and the key, and its bundle's members add up", async () => {
  const report = await measure({ entries: 2000, keys: 1000 }, environment);
  const { sizes } = report;
  const members = sizes.parts.reduce((sum, { bytes }) => sum + bytes, 0);
  // The array's own head is no member.
  assert.equal(sizes.classPart, members + 1);
  assert.ok(sizes.whole > sizes.classPart + sizes.manifests + sizes.trust);
  assert.ok(report.devicePart < sizes.classPart);
  assert.ok(report.depths.least <= report.depths.mean && report.depths.mean <= report.depths.most);
  assert.equal(report.verify.signatures, 9);
  assert.ok(report.limits.every(({ holds }) => holds));
  assert.match(renderReport(report), /2000 entries, 1000 state keys/);
});

test("the floor repeats exactly the primitives that the work called", () => {
  const bytes = new Uint8Array(64);
  const { floor, hashes, ratio, signatures, work } = againstFloor(
    nodeCrypto,
    (crypto) => [crypto.sha256(bytes), crypto.sha384(bytes)],
    8,
  );
  assert.deepEqual([hashes, signatures], [2, 0]);
  assert.ok(floor > 0 && work > 0);
  assert.equal(ratio, work / floor);
});
