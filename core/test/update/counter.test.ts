import assert from "node:assert/strict";
import { test } from "node:test";
import { ModelDevice } from "./support/model.ts";
import { installedOf, offerOf, tableOf } from "./support/samples.ts";

function deviceOf(table = tableOf()): ModelDevice {
  const device = new ModelDevice(table);
  device.boot();
  return device;
}

test("[S3-12] the rollback counter rises after the confirmation, to what the previous image satisfies", () => {
  const device = deviceOf();
  assert.deepEqual(device.counters, [1], "the recovery image's sequence");
  device.install(offerOf(20));
  device.boot();
  device.give({ type: "self-test", passed: true });
  assert.deepEqual(device.counters, [1], "not before the confirmation is durable");
  device.give({ type: "confirm-written" });
  assert.deepEqual(device.counters, [10]);
  device.update(offerOf(30));
  assert.deepEqual(device.counters, [20]);
});

test("a trial that returns raises no counter", () => {
  const device = deviceOf();
  device.install(offerOf(20));
  device.boot();
  device.give({ type: "self-test", passed: false });
  device.boot();
  assert.deepEqual(device.counters, [1]);
});

test("a floor above the fallback's sequence does not raise the counter above the fallback", () => {
  const device = deviceOf();
  device.update(offerOf(20, { floor: 20 }));
  assert.deepEqual(device.counters, [10]);
});

test("a floor gates installing, never booting: images below it still boot", () => {
  const device = deviceOf();
  device.install(offerOf(20, { floor: 20 }));
  device.boot();
  device.give({ type: "self-test", passed: false });
  assert.equal(device.boot()?.running, "confirmed");
  assert.equal(device.table.components[0]?.a?.sequence, 10);
});

test("without a recovery image the counter waits for a previous image", () => {
  const { recovery: _, ...component } = { ...tableOf().components[0], storageLocation: "main", slotSize: 64 };
  const device = deviceOf({ components: [component], confirmed: ["a"] });
  assert.deepEqual(device.counters, [0]);
  device.update(offerOf(20));
  assert.deepEqual(device.counters, [10]);
});

test("a component that an update left alone keeps its counter", () => {
  const radio = { storageLocation: "radio", slotSize: 64, a: installedOf(15, { storageLocation: "radio" }) };
  const device = deviceOf({ components: [...tableOf().components, radio], confirmed: ["a", "a"] });
  device.update(offerOf(20));
  assert.deepEqual(device.counters, [10, 0]);
});
