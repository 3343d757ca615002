import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { acknowledged, assertDurable, assertLedgerKept, writeLedgerWork } from "./ledger-checks.ts";
import type { LedgerLine } from "./programs/work.ts";
import { needsStrace } from "./strace.ts";
import { callsOf } from "./trace-lines.ts";
import { type Trial, Trials } from "./sweep.ts";

const COUNT = 8;
const HALF = COUNT / 2;

async function prepared(): Promise<Trials<LedgerLine>> {
  const trials = await Trials.of<LedgerLine>("ledger.ts");
  await writeLedgerWork(trials.workFile, COUNT);
  return trials;
}

// The program opens the ledger twice, each time for one half of the work.
function assertNothingAfterARefusal({ run, title }: Trial<LedgerLine>): void {
  for (const first of [true, false]) {
    const answers = run.lines.filter((line) => "which" in line && line.which < HALF === first);
    const refused = answers.findIndex((line) => "refused" in line);
    const after = refused < 0 ? [] : answers.slice(refused);
    assert.ok(
      after.every((line) => "refused" in line && line.refused === "ledger/halted"),
      `${title}: ${JSON.stringify(after)}`,
    );
  }
}

// A fault is told with a code or ends the opening; it neither crashes the program nor loses or forges an answer.
async function assertFailsClosed(trials: Trials<LedgerLine>, trial: Trial<LedgerLine>): Promise<void> {
  const { killed, lines, stderr } = trial.run;
  assert.deepEqual({ killed, stderr }, { killed: false, stderr: "" }, trial.title);
  const answered = lines.filter((line) => "which" in line).length;
  const unopened = lines.filter((line) => "fault" in line);
  assert.equal(answered + HALF * unopened.length, COUNT, trial.title);
  assert.ok(unopened.every((line) => ["EIO", "ERR_SQLITE_ERROR"].includes(line.fault)));
  assertNothingAfterARefusal(trial);
  assertDurable(trial);
  await assertLedgerKept(await trials.powerCut(trial), trials.workFile, acknowledged(lines));
  await assertLedgerKept(trial.home, trials.workFile, acknowledged(lines));
}

async function countOf(trials: Trials<LedgerLine>, call: string): Promise<number> {
  const { home, run } = await trials.run();
  return [...callsOf(run.log)].filter(({ args, name, phase }) => {
    return phase === "enter" && name === call && args.includes(home);
  }).length;
}

/** Places from the first to the last of so many, at most ten. */
function placesIn(count: number): readonly number[] {
  return Array.from({ length: 10 }, (_, i) => 1 + Math.floor((i * count) / 10));
}

describe("a ledger whose disk fails", needsStrace, () => {
  it("acknowledges nothing after an fsync that failed, whichever it was, until it is opened again", async () => {
    await using trials = await prepared();
    for (let nth = await countOf(trials, "fsync"); nth > 0; nth--) {
      await assertFailsClosed(trials, await trials.run({ inject: [`fsync:error=EIO:when=${nth}`] }));
    }
  });

  for (const [what, error] of [
    ["is full", "ENOSPC"],
    ["can be written no more", "EROFS"],
  ] as const) {
    it(`refuses with ledger/halted once the disk ${what}, and goes on when it is not`, async () => {
      await using trials = await prepared();
      const places = placesIn(await countOf(trials, "pwrite64"));
      const codes = new Set<string>();
      for (const place of places) {
        const trial = await trials.run({ inject: [`pwrite64:error=${error}:when=${place}+`] });
        await assertFailsClosed(trials, trial);
        for (const line of trial.run.lines) if ("refused" in line) codes.add(line.refused);
      }
      assert.deepEqual([...codes], ["ledger/halted"]);
    });
  }
});
