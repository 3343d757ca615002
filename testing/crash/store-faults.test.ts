import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import type { StoreLine } from "./programs/contents.ts";
import { assertDurable, assertStoreKept, kept } from "./store-checks.ts";
import { needsStrace } from "./strace.ts";
import { type Trial, Trials } from "./sweep.ts";

const run = promisify(execFile);

const codesOf = (lines: readonly StoreLine[]): readonly string[] =>
  lines.filter((line) => line.event === "failed").map((line) => line.code);

// Whatever was not stored cannot be pinned either.
async function assertFailsClosed(trials: Trials<StoreLine>, trial: Trial<StoreLine>, code: string): Promise<boolean> {
  const { killed, lines, stderr } = trial.run;
  assert.deepEqual({ killed, stderr }, { killed: false, stderr: "" }, trial.title);
  const codes = new Set(codesOf(lines));
  codes.delete("content/not-found");
  assert.ok(codes.size === 0 || (codes.size === 1 && codes.has(code)), `${trial.title}: ${[...codes].join()}`);
  assertDurable(trial);
  await assertStoreKept(await trials.powerCut(trial), lines);
  await assertStoreKept(trial.home, lines);
  return codes.size > 0;
}

describe("a content store whose disk fails", needsStrace, () => {
  for (const [call, code, which] of [
    ["fsync", "EIO", ""],
    ["rename", "EROFS", "+"],
  ] as const) {
    it(`says so where ${call} fails with ${code}, and calls nothing stored that is not`, async () => {
      await using trials = await Trials.of<StoreLine>("store.ts");
      const failed: boolean[] = [];
      for (let nth = 1; failed.at(-1) !== false; nth++) {
        const trial = await trials.run({ inject: [`${call}:error=${code}:when=${nth}${which}`] });
        failed.push(await assertFailsClosed(trials, trial, code));
      }
      assert.ok(failed.length > 3, `it failed ${failed.length - 1} times`);
    });
  }
});

describe("a content store that may not write on", () => {
  it("keeps nothing of content that broke off in the middle, and all of the rest", async () => {
    await using trials = await Trials.of<StoreLine>("store.ts");
    const program = join(import.meta.dirname, "programs/store.ts");
    const home = `${trials.workFile}-home`;
    const limited = ["-c", 'ulimit -f 500 && exec "$@"', "bash", process.execPath, program, home];
    const { stderr, stdout } = await run("bash", limited);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as StoreLine);
    assert.equal(stderr, "");
    assert.deepEqual(codesOf(lines), ["EFBIG", "content/not-found"]);
    assert.deepEqual([kept(lines).stored.size, kept(lines).pinned.size], [1, 1]);
    await assertStoreKept(home, lines);
  });
});
