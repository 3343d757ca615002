import assert from "node:assert/strict";
import { test } from "node:test";
import type { BootTable } from "@firmament/core/update";
import { ModelDevice } from "./support/model.ts";
import { installedOf, offerOf } from "./support/samples.ts";

const table: BootTable = {
  components: ["main", "radio"].map((storageLocation) => ({
    storageLocation,
    slotSize: 64,
    a: installedOf(10, { release: `${storageLocation}-10`, storageLocation }),
  })),
  confirmed: ["a", "a"],
};
const main = offerOf(11, { release: "main-11" });
const radio = offerOf(12, { release: "radio-12", storageLocation: "radio", size: 20 });

function deviceOf(): ModelDevice {
  const device = new ModelDevice(table);
  device.boot();
  return device;
}

test("the images of several components are confirmed together", () => {
  const device = deviceOf();
  device.update(main, radio);
  assert.deepEqual(device.table.confirmed, ["b", "b"]);
  assert.deepEqual(device.table.previous, ["a", "a"]);
  assert.deepEqual(device.counters, [10, 10]);
});

test("one image that fails its check keeps all of them from booting", () => {
  const device = deviceOf();
  device.give({ type: "offer", offers: [main, radio] });
  device.fetch(main);
  device.fetch(radio);
  device.give({ type: "slot-verified", storageLocation: "main" });
  assert.equal(device.give({ type: "slot-failed", storageLocation: "radio" }).refusal?.code, "update/image-digest");
  assert.equal(device.boot()?.running, "confirmed");
  assert.deepEqual(device.table.confirmed, ["a", "a"]);
});

test("one image that is damaged before its trial keeps all of them from booting", () => {
  const device = deviceOf();
  device.install(main, radio);
  device.damage(1, "b");
  const choice = device.boot();
  assert.equal(choice?.running, "confirmed");
  assert.deepEqual(choice.places, ["a", "a"]);
});

test("one refused image refuses the update", () => {
  const device = deviceOf();
  const older = { ...radio, sequence: 9 };
  assert.equal(device.give({ type: "offer", offers: [main, older] }).refusal?.code, "update/older-sequence");
  assert.deepEqual(device.memory.targets, []);
});

test("a device falls back to the whole set that was confirmed before, not to a mixture", () => {
  const device = deviceOf();
  device.update(main, radio);
  device.damage(1, "b");
  const choice = device.boot();
  assert.equal(choice?.running, "previous");
  assert.deepEqual(choice.places, ["a", "a"]);
});
