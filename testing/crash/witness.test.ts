import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { describe, it } from "node:test";
import type { WitnessLine } from "./programs/follow.ts";
import { needsStrace } from "./strace.ts";
import { type Trial, Trials } from "./sweep.ts";
import {
  announced,
  assertDurable,
  assertKnown,
  assertOneRootASize,
  forgetReplica,
  shownAnother,
  type Works,
  witnessWorks,
} from "./witness-checks.ts";

// After the power went, another history: once with what is left of the replica, once with none of it.
async function assertNeverTwoRoots(
  trials: Trials<WitnessLine>,
  trial: Trial<WitnessLine>,
  { common, first, other }: Works,
): Promise<void> {
  const { lines } = trial.run;
  const cut = await trials.powerCut(trial);
  assertKnown(cut, first, lines);
  assertOneRootASize([...lines, ...(await shownAnother(cut, other))]);
  const restored = await trials.powerCut(trial);
  await forgetReplica(restored);
  const told = await shownAnother(restored, other);
  assertOneRootASize([...lines, ...told]);
  if (announced(lines).some(({ size }) => size > common)) assert.deepEqual(announced(told), []);
}

// The same history and one block more, on what the page cache kept.
async function assertGoesOn(
  trials: Trials<WitnessLine>,
  killed: Trial<WitnessLine>,
  workFile: string,
  { longer }: Works,
): Promise<void> {
  const again = await trials.run({ after: killed, workFile });
  assert.equal(again.run.code, 0, again.run.stderr);
  assertDurable(again);
  const all = [...killed.run.lines, ...again.run.lines];
  assertOneRootASize(all);
  assertKnown(killed.home, longer, all);
  assert.equal(announced(again.run.lines).at(-1)?.size, 1 + longer.blocks.length, killed.title);
}

describe("a witness that is killed", needsStrace, () => {
  for (const call of ["fsync", "rename"]) {
    it(`never cosigns two roots for one size and forgets no cosignature, at whichever ${call}`, async () => {
      await using trials = await Trials.of<WitnessLine>("witness.ts");
      const works = await witnessWorks();
      const more = `${trials.workFile}-longer`;
      await writeFile(trials.workFile, JSON.stringify(works.first));
      await writeFile(more, JSON.stringify(works.longer));
      let announcements = 0;
      for await (const trial of trials.kills(call)) {
        assertDurable(trial);
        await assertNeverTwoRoots(trials, trial, works);
        if (trial.run.killed && trial.run.lines.length > 0) await assertGoesOn(trials, trial, more, works);
        announcements = announced(trial.run.lines).length;
      }
      assert.equal(announcements, works.first.blocks.length);
    });
  }
});
