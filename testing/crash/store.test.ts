import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { StoreLine } from "./programs/contents.ts";
import { assertDurable, assertStoreKept, kept } from "./store-checks.ts";
import { needsStrace } from "./strace.ts";
import { changesOf, type Trial, Trials } from "./sweep.ts";

// The program once more, on what the page cache kept.
async function assertGoesOn(trials: Trials<StoreLine>, killed: Trial<StoreLine>): Promise<void> {
  const again = await trials.run({ after: killed });
  assert.equal(again.run.code, 0, again.run.stderr);
  assertDurable(again);
  assert.equal(kept(again.run.lines).stored.size, 1);
  await assertStoreKept(killed.home, [...killed.run.lines, ...again.run.lines]);
}

describe("a content store that is killed", needsStrace, () => {
  it("keeps what it called stored and pinned, at whichever fsync, also when the power goes, and goes on", async () => {
    await using trials = await Trials.of<StoreLine>("store.ts");
    let kills = 0;
    for await (const trial of trials.kills("fsync")) {
      assertDurable(trial);
      await assertStoreKept(await trials.powerCut(trial), trial.run.lines);
      if (trial.run.killed && trial.run.lines.length > 0) await assertGoesOn(trials, trial);
      else await assertStoreKept(trial.home, trial.run.lines);
      kills += Number(trial.run.killed);
    }
    assert.ok(kills > 20, `it was killed ${kills} times`);
  });

  it("keeps it at whichever other change of its files, serves nothing half and leaves nothing over", async () => {
    await using trials = await Trials.of<StoreLine>("store.ts");
    for (const call of changesOf(await trials.run()).filter((name) => name !== "fsync")) {
      for await (const trial of trials.kills(call)) {
        assertDurable(trial);
        await assertStoreKept(await trials.powerCut(trial), trial.run.lines);
        await assertStoreKept(trial.home, trial.run.lines);
      }
    }
  });
});
