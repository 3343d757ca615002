import assert from "node:assert/strict";
import { test } from "node:test";
import type { Effect } from "@firmament/core/update";
import { ModelDevice } from "./support/model.ts";
import { contentOf, limits, offerOf, revoked, tableOf } from "./support/samples.ts";

function deviceOf(table = tableOf()): ModelDevice {
  const device = new ModelDevice(table);
  device.boot();
  device.effects.length = 0;
  return device;
}

const typesOf = (effects: readonly Effect[]) => effects.map((effect) => effect.type);
const eventsOf = (effects: readonly Effect[]) =>
  effects.flatMap((each) => (each.type === "log" ? [each.fact.event] : []));

test("[S3-21] an update is written to the other slot and the confirmed one stays", () => {
  const device = deviceOf();
  device.update(offerOf(11));
  const slots = device.effects.flatMap((each) => ("slot" in each ? [each.slot] : []));
  assert.deepEqual([...new Set(slots)], ["b"]);
  assert.deepEqual(device.table.confirmed, ["b"]);
  assert.equal(device.table.components[0]?.a?.release, "release-10");
  assert.ok(device.isIntact(0, "a"));
});

test("the effects of an update come in their order", () => {
  const device = deviceOf();
  device.update(offerOf(11));
  assert.deepEqual(typesOf(device.effects), [
    "log",
    "save",
    "erase-slot",
    "request-content",
    ...["write-chunk", "save", "write-chunk", "save", "write-chunk", "save"],
    "verify-slot",
    "request-decision",
    "log",
    "set-trial",
    "reboot",
    "log",
    "set-confirmed",
    "raise-counter",
    "log",
    "save",
  ]);
  assert.deepEqual(eventsOf(device.effects), ["accepted", "installed", "trial", "confirmed"]);
});

test("[S3-22] no trial flag is set before every slot was read back and verified", () => {
  const device = deviceOf();
  const offer = offerOf(11);
  device.give({ type: "offer", offers: [offer] });
  device.fetch(offer);
  assert.equal(device.state.phase, "verifying");
  assert.ok(!typesOf(device.effects).includes("set-trial"));
  const { refusal } = device.give({ type: "slot-failed", storageLocation: "main" });
  assert.equal(refusal?.code, "update/image-digest");
  assert.equal(device.state.phase, "idle");
  assert.ok(!typesOf(device.effects).includes("set-trial"));
  assert.equal(device.boot()?.running, "confirmed");
});

test("[S3-23] a trial that passes becomes permanent, one that is not confirmed does not", () => {
  const device = deviceOf();
  device.install(offerOf(11));
  assert.equal(device.boot()?.running, "trial");
  assert.deepEqual(device.table.confirmed, ["a"]);
  device.give({ type: "self-test", passed: true });
  device.give({ type: "confirm-written" });
  assert.equal(device.boot()?.running, "confirmed");
  assert.deepEqual(device.table.confirmed, ["b"]);
});

for (const [title, fail] of [
  ["its self-test fails", (device: ModelDevice) => device.give({ type: "self-test", passed: false })],
  ["it takes too long", (device: ModelDevice) => device.give({ type: "boot-timeout" })],
  ["it is reset before it confirms", () => undefined],
] as const) {
  test(`[S3-24] a trial returns to the previous image where ${title}`, () => {
    const device = deviceOf();
    device.install(offerOf(11));
    device.boot();
    fail(device);
    assert.equal(device.boot()?.running, "confirmed");
    assert.deepEqual(device.table.confirmed, ["a"]);
    assert.equal(device.table.trial, undefined);
    assert.equal(device.state.phase, "idle");
    assert.deepEqual(device.memory, { targets: [], failed: { releases: ["release-11"], trials: 1 } });
    assert.equal(eventsOf(device.effects).at(-1), "returned");
  });
}

test("a return is counted before the trial is forgotten, so that a cut cannot hide it", () => {
  const device = deviceOf();
  device.install(offerOf(11));
  device.boot();
  device.effects.length = 0;
  device.boot();
  assert.deepEqual(typesOf(device.effects), ["log", "save", "clear-trial"]);
  assert.equal(device.table.components[0]?.b, undefined, "an image that came back is bootable no more");
});

test("a slot that is being written is no fallback any more", () => {
  const device = deviceOf();
  device.update(offerOf(11));
  assert.deepEqual(device.table.previous, ["a"]);
  device.give({ type: "offer", offers: [offerOf(12)] });
  assert.equal(device.table.previous, undefined);
  assert.equal(device.table.components[0]?.a, undefined);
});

test("a release that keeps coming back is given up", () => {
  const device = deviceOf();
  for (let trial = 0; trial < limits.maxTrials; trial++) {
    device.install(offerOf(11));
    device.boot();
    device.boot();
  }
  assert.equal(device.give({ type: "offer", offers: [offerOf(11)] }).refusal?.code, "update/failed-before");
});

test("content of another size is refused, and its update with it", () => {
  const [short, long, piece] = [deviceOf(), deviceOf(), deviceOf()];
  const offer = offerOf(11);
  for (const device of [short, long, piece]) device.give({ type: "offer", offers: [offer] });
  assert.equal(short.give({ type: "content-ended", storageLocation: "main", size: 16 }).refusal?.code, "update/size");
  const bytes = contentOf("release-11", 17);
  assert.equal(piece.give({ type: "piece", storageLocation: "main", index: 0, bytes }).refusal?.code, "update/size");
  for (let index = 0; index < 3; index++) {
    const length = Math.min(16, 40 - 16 * index);
    long.give({ type: "piece", storageLocation: "main", index, bytes: new Uint8Array(length) });
    long.give({ type: "chunk-written", storageLocation: "main", index, length });
  }
  assert.equal(long.give({ type: "content-ended", storageLocation: "main", size: 41 }).refusal?.code, "update/size");
  for (const device of [short, long, piece]) assert.deepEqual(device.memory.targets, []);
});

test("a download goes on at the last remembered piece after a restart", () => {
  const device = deviceOf();
  device.give({ type: "offer", offers: [offerOf(11)] });
  const bytes = contentOf("release-11", 16);
  device.give({ type: "piece", storageLocation: "main", index: 0, bytes });
  device.give({ type: "chunk-written", storageLocation: "main", index: 0, length: 16 });
  device.effects.length = 0;
  device.boot();
  assert.deepEqual(
    device.state.memory.targets.map(({ bytes: written, pieces }) => [written, pieces]),
    [[16, 1]],
  );
  const [log, erase, request] = device.effects;
  assert.ok(log?.type === "log" && log.fact.event === "resumed");
  assert.ok(erase?.type === "erase-slot" && erase.from === 16 && erase.slot === "b");
  assert.ok(request?.type === "request-content" && request.from === 16);
});

test("a cancelled update is dropped before its trial and not after", () => {
  const device = deviceOf();
  device.give({ type: "offer", offers: [offerOf(11)] });
  assert.equal(device.give({ type: "cancel" }).refusal?.code, "update/cancelled");
  assert.equal(device.state.phase, "idle");
  device.install(offerOf(11));
  assert.equal(device.give({ type: "cancel" }).refusal, undefined);
  assert.equal(device.boot()?.running, "trial");
});

test("an event that does not fit the phase changes nothing", () => {
  const device = deviceOf();
  for (const event of [
    { type: "piece", storageLocation: "main", index: 0, bytes: new Uint8Array(16) },
    { type: "chunk-written", storageLocation: "main", index: 0, length: 16 },
    { type: "content-ended", storageLocation: "main", size: 40 },
    { type: "slot-verified", storageLocation: "main" },
    { type: "slot-failed", storageLocation: "main" },
    { type: "decided", offers: [offerOf(11)] },
    { type: "declined", refusal: revoked },
    { type: "self-test", passed: true },
    { type: "boot-timeout" },
    { type: "confirm-written" },
    { type: "cancel" },
  ] as const) {
    const before = device.state;
    assert.deepEqual(device.give(event), { state: before, effects: [] });
  }
});

test("a confirmation that a cut kept from being reported is reported by the next start", () => {
  const device = deviceOf();
  device.install(offerOf(11));
  device.boot();
  device.give({ type: "self-test", passed: true });
  device.effects.length = 0;
  assert.equal(device.boot()?.running, "confirmed");
  assert.deepEqual(typesOf(device.effects), ["raise-counter", "log", "save"]);
  assert.deepEqual(eventsOf(device.effects), ["confirmed"]);
});
