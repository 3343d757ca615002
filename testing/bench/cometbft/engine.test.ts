import assert from "node:assert/strict";
import { test } from "node:test";
import { engineSkip } from "../../network/engine-skip.ts";
import { runExperiment } from "./experiment.ts";
import { measureForm } from "./form-times.ts";
import type { Form } from "./engine-network.ts";

const EFFORT = { inFlight: 8, seconds: 1, serial: 2, sizes: [300] } as const;

for (const form of ["echo", "product"] satisfies Form[]) {
  test(`a network of ${form} applications commits every transaction of a load`, { skip: engineSkip() }, async () => {
    const times = await measureForm({ delayMs: 1, form, organisations: 4 }, EFFORT);
    assert.ok(times.loads.every(({ perSecond, size }) => perSecond > 0 && size === 300));
    assert.deepEqual(
      times.serial.costs.map(({ kind, peak }) => [kind, peak > 0]),
      [
        ["engine", true],
        ["application", true],
      ],
    );
  });
}

test("the experiment's points in time follow each other", { skip: engineSkip() }, async () => {
  const [times] = await runExperiment({ runs: 2, sizes: [1000] });
  assert.equal(times?.registrations.length, 2);
  for (const { end, ledger, recorded, stored } of times.registrations) {
    assert.ok(0 < ledger && ledger <= stored && stored <= recorded && recorded <= end);
  }
  assert.equal(times.retrievals.length, 2);
  for (const { end, hash, ledger, stored, verify } of times.retrievals) {
    assert.ok(0 < ledger && ledger <= stored && stored <= end);
    assert.ok(hash > 0 && verify > 0);
  }
  assert.ok(times.processes > 12 && times.peak > 0);
});
