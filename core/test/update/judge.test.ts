import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultUpdateLimits, type Offer, reduce, type State } from "@firmament/core/update";
import { limits, offerOf, started, tableOf, time } from "./support/samples.ts";

const state = started({ table: tableOf() });

function codeFor(from: State, ...offers: readonly Offer[]): string | undefined {
  const { state: next, refusal, effects } = reduce(from, { type: "offer", offers, time }, limits);
  if (refusal !== undefined) {
    assert.equal(next, from, "a refused offer changes nothing");
    assert.ok(effects.every((effect) => effect.type === "log"));
  }
  return refusal?.code;
}

test("[S4-39] an older sequence is refused, and the installed one too", () => {
  assert.equal(codeFor(state, offerOf(9, { version: "11" })), "update/older-sequence");
  assert.equal(codeFor(state, offerOf(10, { version: "11" })), "update/equal-sequence");
  assert.equal(codeFor(state, offerOf(11)), undefined);
});

test("[S3-12] a sequence below the rollback counter is refused even where nothing newer is installed", () => {
  const fallen = started({ table: { ...tableOf(), confirmed: ["recovery"] }, counters: [7] });
  assert.equal(codeFor(fallen, offerOf(6)), "update/below-counter");
  assert.equal(codeFor(fallen, offerOf(7)), undefined);
});

test("a sequence below the floor of its class is refused", () => {
  assert.equal(codeFor(state, offerOf(11, { floor: 12 })), "update/below-floor");
  assert.equal(codeFor(state, offerOf(12, { floor: 12 })), undefined);
});

test("[S4-38] a version that is not superior is refused, as numbers and not as text", () => {
  const at = (version: string) => started({ table: tableOf({ a: { ...offerOf(10), ...offerOf(10).image, version } }) });
  const cases: [string, string, boolean][] = [
    ["9", "10", true],
    ["10", "10", false],
    ["10", "9", false],
    ["1.9.0", "1.10.0", true],
    ["1.10.0", "1.9.0", false],
    ["1.0.0-rc.2", "1.0.0-rc.10", true],
    ["1.0.0", "1.0.0-rc.1", false],
    ["1.0.0+a", "1.0.0+b", false],
    ["9", "10.0.0", false],
    ["1.0.0", "v2.0.0", false],
    ["1.0.0", "2", false],
  ];
  for (const [installed, offered, isSuperior] of cases) {
    const code = codeFor(at(installed), offerOf(11, { version: offered }));
    assert.equal(code, isSuperior ? undefined : "update/version", `${installed} to ${offered}`);
  }
});

test("[S4-44] an image for a storage location that the device lacks is refused", () => {
  assert.equal(codeFor(state, offerOf(11, { storageLocation: "radio" })), "update/storage-location");
});

test("[S4-47] an image that exceeds its slot is refused before a byte is fetched", () => {
  assert.equal(codeFor(state, offerOf(11, { size: 65 })), "update/too-large");
  assert.equal(codeFor(state, offerOf(11, { size: 64 })), undefined);
});

test("an update names each component once, and at least one", () => {
  assert.equal(codeFor(state), "update/components");
  assert.equal(codeFor(state, offerOf(11), offerOf(12)), "update/components");
});

test("a second update is refused while one runs", () => {
  const busy = reduce(state, { type: "offer", offers: [offerOf(11)], time }, limits).state;
  assert.equal(codeFor(busy, offerOf(12)), "update/busy");
});

test("a release whose trials failed too often is refused, another one is not", () => {
  const memory = { targets: [], failed: { releases: ["release-11"], trials: 2 } };
  const tired = started({ table: tableOf(), memory });
  assert.equal(codeFor(tired, offerOf(11)), "update/failed-before");
  assert.equal(codeFor(tired, offerOf(12)), undefined);
  const trials = reduce(tired, { type: "offer", offers: [offerOf(11)], time }, defaultUpdateLimits);
  assert.equal(trials.refusal, undefined, "the limit is the device's");
});

test("a refused attempt is journalled, everyday answers are not", () => {
  const older = reduce(state, { type: "offer", offers: [offerOf(9)], time }, limits);
  assert.deepEqual(older.effects, [
    {
      type: "log",
      fact: {
        event: "refused",
        time,
        release: "release-9",
        status: "update/older-sequence",
        versionBefore: "10",
        versionAfter: "9",
      },
    },
  ]);
  assert.deepEqual(reduce(state, { type: "offer", offers: [offerOf(10)], time }, limits).effects, []);
});
