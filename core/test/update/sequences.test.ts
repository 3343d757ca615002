import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fallbackSequence, imageAt, type BootTable } from "@firmament/core/update";
import { Cut, ModelDevice } from "./support/model.ts";
import { installedOf, offerOf } from "./support/samples.ts";

const locations = ["main", "radio"] as const;
const table: BootTable = {
  components: locations.map((storageLocation, i) => ({
    storageLocation,
    slotSize: 64,
    a: installedOf(10, { storageLocation }),
    ...(i === 0 && { recovery: installedOf(3) }),
  })),
  confirmed: ["a", "a"],
};

const location = fc.constantFrom(...locations);
const offer = fc.record({
  do: fc.constant("offer"),
  sequences: fc.array(fc.integer({ min: 5, max: 60 }), { minLength: 1, maxLength: 2 }),
  floor: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(60) }),
});
const step = fc.oneof(
  { weight: 4, arbitrary: offer },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("fetch") }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("verified"), storageLocation: location }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom("boot", "confirm-written") }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("decided") }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("self-test"), passed: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("slot-failed", "short"), storageLocation: location }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("boot-timeout", "cancel") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("power"), effects: fc.nat(4) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function take(device: ModelDevice, next: Step): void {
  if ("sequences" in next) {
    const { sequences, floor } = next;
    const offers = sequences.map((sequence, i) =>
      offerOf(sequence, { storageLocation: locations[i] ?? "main", floor }),
    );
    device.give({ type: "offer", offers });
  } else if ("effects" in next) device.powerFor = next.effects;
  else if ("passed" in next) device.give({ type: "self-test", passed: next.passed });
  else if ("storageLocation" in next) takeAt(device, next.do, next.storageLocation);
  else if (next.do === "boot") device.boot();
  else if (next.do === "fetch") fetchCurrent(device);
  else if (next.do === "decided") device.give({ type: "decided", offers: offersOf(device) });
  else if (next.do === "confirm-written") device.give({ type: "confirm-written" });
  else if (next.do === "boot-timeout") device.give({ type: "boot-timeout" });
  else device.give({ type: "cancel" });
}

function takeAt(device: ModelDevice, what: string, storageLocation: string): void {
  if (what === "verified") device.give({ type: "slot-verified", storageLocation });
  else if (what === "short") device.give({ type: "content-ended", storageLocation, size: 7 });
  else device.give({ type: "slot-failed", storageLocation });
}

function offersOf({ state }: ModelDevice) {
  return state.memory.targets.map((each) => each.offer);
}

function fetchCurrent(device: ModelDevice): void {
  const { phase, memory, done } = device.state;
  const target = phase === "downloading" ? memory.targets[done] : undefined;
  if (target !== undefined) device.fetch(target.offer);
}

function assertSafe(device: ModelDevice, countersBefore: readonly number[]): void {
  device.table.components.forEach((_, i) => {
    const counter = device.counters[i] ?? 0;
    const confirmed = imageAt(device.table, device.table.confirmed, i);
    assert.ok(device.isIntact(i, device.table.confirmed[i] ?? "recovery"), "a confirmed image stays bootable");
    assert.ok(counter <= (confirmed?.sequence ?? 0), "what a trial returns to satisfies the counter");
    assert.ok(counter >= (countersBefore[i] ?? 0), "a counter never falls");
    const isRaised = counter > (countersBefore[i] ?? 0);
    assert.ok(!isRaised || counter <= fallbackSequence(device.table, i), "the fallback satisfies a raised counter");
  });
}

test("[S3-12] no sequence of events and cuts costs the last bootable image or raises a counter too far", () => {
  let confirmations = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120, size: "max" }), (steps) => {
      const device = new ModelDevice(table);
      device.boot();
      for (const next of steps) {
        const before = device.counters;
        try {
          take(device, next);
        } catch (error) {
          if (!(error instanceof Cut)) throw error;
          const choice = device.boot();
          assert.ok(choice?.running === "confirmed" || choice?.running === "trial");
        }
        assertSafe(device, before);
      }
      confirmations += device.effects.filter((effect) => effect.type === "set-confirmed").length;
    }),
    { numRuns: 1000 },
  );
  assert.ok(confirmations > 20, `the sequences must reach confirmations, got ${confirmations}`);
});
