import assert from "node:assert/strict";
import { test } from "node:test";
import { type BootTable, chooseBoot, type Place } from "@firmament/core/update";
import { ModelDevice } from "./support/model.ts";
import { installedOf, offerOf, tableOf } from "./support/samples.ts";

const intactBut =
  (...damaged: readonly Place[]) =>
  (_: number, place: Place) =>
    !damaged.includes(place);
const updated: BootTable = { ...tableOf({ b: installedOf(11) }), confirmed: ["b"], previous: ["a"] };
const onTrial: BootTable = {
  ...tableOf({ b: installedOf(11) }),
  trial: { places: ["b"], bootsLeft: 2, returned: false },
};

test("the confirmed image boots", () => {
  assert.deepEqual(chooseBoot(updated, intactBut()), { running: "confirmed", places: ["b"], table: updated });
});

test("an image whose bytes differ from its digests does not boot, the previous one does", () => {
  const choice = chooseBoot(updated, intactBut("b"));
  assert.equal(choice?.running, "previous");
  assert.deepEqual(choice.table, { ...tableOf(), confirmed: ["a"], fellBack: "previous" });
});

test("a fall back stays in the table until it is in the journal, whatever cuts the report off", () => {
  const device = new ModelDevice(updated);
  device.damage(0, "b");
  const choice = chooseBoot(device.table, (index, place) => device.isIntact(index, place));
  assert.ok(choice !== undefined);
  device.table = choice.table;
  assert.equal(device.boot()?.running, "confirmed");
  assert.deepEqual(device.events.slice(0, 1), ["fell-back previous"]);
  assert.equal(device.table.fellBack, undefined);
  device.boot();
  assert.deepEqual(device.events, ["fell-back previous"]);
});

test("the recovery image boots where both slots are damaged", () => {
  const choice = chooseBoot(updated, intactBut("a", "b"));
  assert.equal(choice?.running, "recovery");
  assert.deepEqual(choice.table.confirmed, ["recovery"]);
});

test("nothing boots where nothing is intact, and nothing is forgotten", () => {
  assert.equal(
    chooseBoot(updated, () => false),
    undefined,
  );
});

test("a slot that no selection names is never booted", () => {
  const stray: BootTable = { ...tableOf({ b: installedOf(11) }), confirmed: ["a"] };
  assert.equal(chooseBoot(stray, intactBut("a", "recovery")), undefined);
});

test("[S3-24] a trial boots as often as it is granted and then returns", () => {
  const first = chooseBoot(onTrial, intactBut());
  assert.equal(first?.running, "trial");
  const second = chooseBoot(first.table, intactBut());
  assert.equal(second?.running, "trial");
  const third = chooseBoot(second.table, intactBut());
  assert.equal(third?.running, "confirmed");
  assert.equal(third.table.trial?.returned, true);
});

test("[S3-22] a damaged trial image returns at once", () => {
  const choice = chooseBoot(onTrial, intactBut("b"));
  assert.equal(choice?.running, "confirmed");
  assert.equal(choice.table.trial?.returned, true);
});

test("a device that fell back takes updates again", () => {
  const device = new ModelDevice(updated);
  device.damage(0, "b");
  device.damage(0, "a");
  assert.equal(device.boot()?.running, "recovery");
  device.update(offerOf(12));
  assert.equal(device.boot()?.running, "confirmed");
  assert.equal(device.table.components[0]?.a?.release, "release-12");
  assert.deepEqual(device.table.previous, ["recovery"]);
});

test("a download into a slot that a fallback needs now is dropped", () => {
  const device = new ModelDevice(updated);
  device.boot();
  device.powerFor = 2;
  assert.throws(() => device.give({ type: "offer", offers: [offerOf(12)] }));
  assert.deepEqual(
    device.memory.targets.map((target) => target.slot),
    ["a"],
  );
  device.damage(0, "b");
  assert.equal(device.boot()?.running, "previous");
  assert.deepEqual(device.memory.targets, []);
  const last = device.effects.findLast((each) => each.type === "log");
  assert.equal(last?.fact.status, "update/slot-taken");
  assert.ok(device.isIntact(0, "a"));
});
