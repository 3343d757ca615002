import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { acknowledged, assertDurable, assertLedgerKept, writeLedgerWork } from "./ledger-checks.ts";
import type { LedgerLine } from "./programs/work.ts";
import { needsStrace } from "./strace.ts";
import { changesOf, type Trial, Trials } from "./sweep.ts";

const COUNT = 8;

async function prepared(): Promise<Trials<LedgerLine>> {
  const trials = await Trials.of<LedgerLine>("ledger.ts");
  await writeLedgerWork(trials.workFile, COUNT);
  return trials;
}

// The program once more, on what the page cache kept: every answer must be durable by itself.
async function assertGoesOn(trials: Trials<LedgerLine>, killed: Trial<LedgerLine>): Promise<void> {
  const again = await trials.run({ after: killed });
  assert.equal(again.run.code, 0, again.run.stderr);
  assertDurable(again);
  const lines = acknowledged(again.run.lines);
  assert.equal(lines.length, COUNT);
  await assertLedgerKept(killed.home, trials.workFile, [...acknowledged(killed.run.lines), ...lines]);
}

describe("a ledger that is killed", needsStrace, () => {
  it("keeps what it acknowledged, at whichever fsync, also when the power goes, and goes on", async () => {
    await using trials = await prepared();
    let kills = 0;
    for await (const trial of trials.kills("fsync")) {
      assertDurable(trial);
      await assertLedgerKept(await trials.powerCut(trial), trials.workFile, acknowledged(trial.run.lines));
      if (trial.run.killed && trial.run.lines.length > 0) await assertGoesOn(trials, trial);
      else await assertLedgerKept(trial.home, trials.workFile, acknowledged(trial.run.lines));
      kills += Number(trial.run.killed);
    }
    assert.ok(kills > 10, `it was killed ${kills} times`);
  });

  it("keeps what it acknowledged, at whichever other change of its files", async () => {
    await using trials = await prepared();
    for (const call of changesOf(await trials.run()).filter((name) => name !== "fsync")) {
      for await (const trial of trials.kills(call)) {
        const lines = acknowledged(trial.run.lines);
        assertDurable(trial);
        await assertLedgerKept(await trials.powerCut(trial), trials.workFile, lines);
        await assertLedgerKept(trial.home, trials.workFile, lines);
      }
    }
  });
});
