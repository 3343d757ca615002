import assert from "node:assert/strict";
import { test } from "node:test";
import { engineSkip } from "../../network/engine-skip.ts";
import { runExperiment } from "./experiment.ts";
import { firstReleasePart, measureStarts } from "./first-release.ts";
import { measureForm } from "./form-times.ts";
import type { Form } from "./engine-network.ts";

const EFFORT = { inFlight: 8, seconds: 1, serial: 2, sizes: [300] } as const;

const TITLES: Readonly<Partial<Record<Form, string>>> = {
  echo: "a network of echo applications commits every transaction of a load",
  product:
    "[S1-19] what agreement costs is measured with engines that four organisations run, every transaction committed",
};

for (const form of ["echo", "product"] satisfies Form[]) {
  test(TITLES[form], { skip: engineSkip() }, async () => {
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

test(
  "[S4-64] [S4-65] [S4-68] [S0-39] the experiment measures the source's points in time, and a device's own beside them",
  { skip: engineSkip() },
  async () => {
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
  },
);

test(
  "[S0-29] one command sets four organisations up and publishes, and its time is measured",
  { skip: engineSkip() },
  async () => {
    const [times] = await measureStarts(1);
    assert.ok(times !== undefined && 0 < times.published && times.published < times.whole);
    const [figure] = firstReleasePart([times]).figures;
    assert.equal(figure?.value, times.published);
  },
);
