import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeCrypto } from "@firmament/crypto";
import { Consortium } from "../kit/index.ts";
import { buildPart } from "./bundle-build.ts";
import { againstFloor } from "./floor.ts";
import { foldPart, measureFold } from "./fold.ts";
import { measureLedger, sizesPart, verifyPart } from "./ledger.ts";
import { otherClasses } from "./scale.ts";
import { another, sampleRegistration } from "./sample-registration.ts";

const ledger = measureLedger({ entries: 2000, keys: 3000 });

test("a small ledger is built to the entry and the key, and its bundle's members add up", async () => {
  const times = await ledger;
  const { depths, sizes } = times;
  const members = sizes.parts.reduce((sum, { bytes }) => sum + bytes, 0);
  // The array's own head is no member.
  assert.equal(sizes.classPart, members + 1);
  assert.ok(sizes.whole > sizes.classPart + sizes.manifests + sizes.trust);
  assert.ok(times.devicePart < sizes.classPart);
  assert.ok(depths.least <= depths.mean && depths.mean <= depths.most);
  assert.equal(times.verify.signatures, 9);
  assert.ok(sizesPart(times).figures.every(({ bound }) => bound?.holds !== false));
  assert.match(verifyPart(times).figures[0]?.bound?.text ?? "", /1\.5/);
});

test("a bundle of every other class is built, of an honest one's size, from as many rows", async () => {
  const { build, sizes } = await ledger;
  assert.equal(build.build.length, otherClasses.length);
  assert.equal(build.floor.length, otherClasses.length);
  assert.ok(Math.abs(build.bytes - sizes.whole) < 300, `${build.bytes} and ${sizes.whole} bytes`);
  assert.ok(build.reads > 20);
  assert.equal(buildPart(build).figures[1]?.bound?.kind, "limit");
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

test("a registration of the fold is a real one, and its copies differ in their ids only", async () => {
  using c = await Consortium.ready();
  const { accepted, signatures } = await sampleRegistration(c);
  const tables = accepted.writes.map(({ key: [table] }) => table);
  assert.deepEqual(tables.toSorted(), ["manifest", "release", "version"]);
  assert.equal(signatures, 3);
  const copy = another(accepted, "a copy");
  assert.notEqual(copy.id, accepted.id);
  assert.deepEqual(
    copy.writes.map(({ value }) => value),
    accepted.writes.map(({ value }) => value),
  );
  const keys = [...copy.writes, ...accepted.writes].map(({ key }) => key.join());
  assert.equal(new Set(keys).size, keys.length);
});

test("the fold is measured at every number of keys, beside a floor", async () => {
  const times = await measureFold([500, 1000]);
  assert.deepEqual(
    times.rates.map(({ keys }) => keys),
    [500, 1000],
  );
  assert.ok(times.rates.every((each) => each.perSecond > 0 && each.floorPerSecond > 0 && each.hashesEach > 10));
  assert.equal(foldPart(times).figures.filter(({ bound }) => bound?.kind === "aim").length, 1);
});
