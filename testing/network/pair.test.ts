import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { FakePair, isRunning } from "./support/pair.ts";
import { until } from "./support/until.ts";

describe("a supervised pair", { concurrency: true }, () => {
  it("is ready when both answer, and its end leaves neither", async () => {
    await using pair = new FakePair("well", "well").start();
    await pair.supervisor.ready;
    const pids = await Promise.all([pair.pid("application"), pair.pid("engine")]);
    assert.equal(pair.supervisor.state, "running");
    await pair.stop();
    assert.deepEqual(pids.map(isRunning), [false, false]);
    assert.deepEqual([pair.supervisor.state, pair.supervisor.restarts], ["stopped", 0]);
  });

  for (const victim of ["application", "engine"] as const) {
    it(`starts again as a whole when its ${victim} is killed`, async () => {
      await using pair = new FakePair("well", "well").start();
      await pair.supervisor.ready;
      const before = await Promise.all([pair.pid("application"), pair.pid("engine")]);
      process.kill(victim === "engine" ? before[1] : before[0], "SIGKILL");
      await until(
        "the pair to be back",
        () => (pair.supervisor.restarts === 1 && pair.supervisor.state === "running") || undefined,
      );
      assert.deepEqual(before.map(isRunning), [false, false]);
      assert.match(String(pair.endings[0]?.["reason"]), new RegExp(`the ${victim} ended: SIGKILL`));
    });
  }

  it("starts again when the engine leaves in peace: the real one does so when it lost its application", async () => {
    await using pair = new FakePair("well", "short-lived").start();
    await until("a restart", () => pair.supervisor.restarts > 0 || undefined);
    assert.match(String(pair.endings[0]?.["reason"]), /the engine ended: 0/);
  });

  it("does not wait for an engine that hears no signal", async () => {
    await using pair = new FakePair("well", "deaf").start();
    await pair.supervisor.ready;
    const engine = await pair.pid("engine");
    await pair.stop();
    assert.equal(isRunning(engine), false);
  });

  it("tells why an application refused, and goes on trying", async () => {
    await using pair = new FakePair("refusing", "well").start();
    await until("two attempts", () => pair.endings.length >= 2 || undefined);
    const { said } = pair.endings[0] as { said: { code: string; words: string } };
    assert.deepEqual([said.code, /genesis.*Found one/.test(said.words)], ["home/missing", true]);
  });

  it("tells which rules an application lacks", async () => {
    await using pair = new FakePair("lacking-rules", "well").start();
    await until("an attempt", () => pair.endings.length >= 1 || undefined);
    const { said } = pair.endings[0] as { said: { code: string; words: string } };
    assert.deepEqual(said, { code: "rules-missing", words: "From log entry 9 on, rules version 2 is in force." });
  });

  it("starts an engine that contradicts the others three times and no more; the application stays", async () => {
    await using pair = new FakePair("well", "contradicting").start();
    await until("the pair to be held", () => pair.supervisor.state === "held" || undefined);
    assert.equal(pair.endings.length, 3);
    assert.deepEqual(pair.endings[2]?.["contradiction"], { others: "bb02", ours: "aa01" });
    const engine = await pair.pid("engine");
    assert.equal(isRunning(engine), false);
  });

  it("tells of an application whose copy is not what its engine saw", async () => {
    await using pair = new FakePair("well", "replaying").start();
    const engine = await pair.pid("engine");
    process.kill(engine, "SIGKILL");
    await until("an ending", () => pair.endings.length >= 1 || undefined);
    assert.deepEqual(pair.endings[0]?.["contradiction"], { others: "bb04", ours: "aa03" });
  });

  it("ends a process that a killed supervisor left, and none that only has its number", async () => {
    const fake = fileURLToPath(new URL("./support/fake-part.ts", import.meta.url));
    await using pair = new FakePair("well", "well");
    const left = spawn(process.execPath, [fake, "engine", "well"], { cwd: pair.folder, stdio: "ignore" });
    const stranger = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    try {
      await pair.pid("engine");
      writeFileSync(join(pair.folder, "engine.pid"), `${left.pid ?? 0}\n`);
      writeFileSync(join(pair.folder, "application.pid"), `${stranger.pid ?? 0}\n`);
      const ended = once(left, "exit");
      pair.start();
      assert.deepEqual(await ended, [null, "SIGKILL"]);
      await pair.supervisor.ready;
      assert.equal(isRunning(stranger.pid ?? 0), true);
    } finally {
      left.kill("SIGKILL");
      stranger.kill("SIGKILL");
    }
  });
});
