import assert from "node:assert/strict";
import { test } from "node:test";
import type { Memory, Offer } from "@firmament/core/update";
import { ModelDevice } from "./support/model.ts";
import { offerOf, revoked, tableOf } from "./support/samples.ts";

const offer = offerOf(11);

function prepared(): ModelDevice {
  const device = new ModelDevice(tableOf());
  device.boot();
  device.prepare(offer);
  return device;
}

const isTried = (device: ModelDevice) => device.effects.some((each) => each.type === "set-trial");

function assertDropped(device: ModelDevice, code: string): void {
  assert.equal(device.state.phase, "idle");
  assert.deepEqual(device.memory.targets, []);
  assert.equal(device.events.at(-1), `failed ${code}`);
  assert.equal(isTried(device), false);
  assert.equal(device.boot()?.running, "confirmed");
}

test("B-23: a verified image gets its trial only from a decision that is made then", () => {
  const device = prepared();
  assert.equal(device.state.phase, "deciding");
  assert.deepEqual(device.effects.at(-1), { type: "request-decision", offers: [offer] });
  assert.equal(isTried(device), false);
  device.give({ type: "decided", offers: [offer] });
  assert.equal(isTried(device), true);
  assert.equal(device.boot()?.running, "trial");
});

test("B-23: without a decision the image is kept, over restarts as well, and never booted", () => {
  const device = prepared();
  for (let start = 0; start < 3; start++) {
    assert.equal(device.boot()?.running, "confirmed");
    device.give({ type: "slot-verified", storageLocation: "main" });
    assert.equal(device.state.phase, "deciding");
    assert.equal(device.memory.targets[0]?.bytes, offer.image.size);
  }
  assert.equal(isTried(device), false);
});

test("B-23: a declined update is dropped with the decision's code", () => {
  const device = prepared();
  assert.equal(device.give({ type: "declined", refusal: revoked }).refusal?.code, "offer/revoked");
  assertDropped(device, "offer/revoked");
});

test("B-23: a decision for another release, another manifest or another number of components does not install", () => {
  const others: (readonly Offer[])[] = [
    [offerOf(12)],
    [{ ...offer, manifestDigest: offerOf(12).manifestDigest }],
    [],
    [offer, offerOf(12, { storageLocation: "radio" })],
  ];
  for (const offers of others) {
    const device = prepared();
    assert.equal(device.give({ type: "decided", offers }).refusal?.code, "update/superseded");
    assertDropped(device, "update/superseded");
  }
});

test("B-23: a floor that rose during the download keeps the release out", () => {
  const device = prepared();
  device.give({ type: "decided", offers: [{ ...offer, floor: 12 }] });
  assertDropped(device, "update/below-floor");
});

test("an update that waits for its decision can be cancelled", () => {
  const device = prepared();
  assert.equal(device.give({ type: "cancel" }).refusal?.code, "update/cancelled");
  assertDropped(device, "update/cancelled");
});

test("a trial whose memory was lost is still reported and counted, once", () => {
  const lost: Memory = { targets: [] };
  const device = new ModelDevice(tableOf());
  device.boot();
  device.install(offer);
  device.memory = lost;
  device.effects.length = 0;
  assert.equal(device.boot()?.running, "trial");
  device.give({ type: "self-test", passed: false });
  device.boot();
  assert.deepEqual(device.events, ["trial", "trial-failed self-test", "returned"]);
  assert.deepEqual(device.memory.failed, { releases: ["release-11"], trials: 1 });
  device.boot();
  assert.equal(device.memory.failed?.trials, 1);
});

test("a cut between the count of a return and the end of its trial does not count it twice", () => {
  const device = new ModelDevice(tableOf());
  device.boot();
  device.install(offer);
  device.boot();
  const { table } = device;
  device.boot();
  device.table = table;
  device.boot();
  assert.equal(device.memory.failed?.trials, 1);
  assert.equal(device.table.trial, undefined);
});
