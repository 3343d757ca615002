import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { FaultCase } from "../case.ts";
import { mustDo } from "../cli.ts";
import { commitAt, untilCaughtUp } from "../live.ts";

const LOAD_MS = 4000;

export const oldBackup: FaultCase = {
  name: "old-backup",
  fault: "one organisation's disk is lost, and its node restored from a backup that the ledger has left behind",
  seconds: 150,
  async run(stage) {
    const { network } = stage;
    const member = network.member(3);
    const backup = join(member.home.path, "backup");
    await mustDo(member, "backup", "--out", backup);
    const load = stage.load({ inFlight: 1, members: network.members.slice(0, 3) });
    await delay(LOAD_MS);
    await member.kill();
    await rm(member.home.organisation(member.name), { recursive: true });
    await delay(LOAD_MS / 2);
    await mustDo(member, "restore", "--from", backup);
    member.start();
    const started = performance.now();
    await untilCaughtUp(network, member);
    stage.time("all entries again", performance.now() - started);
    await load.stop();
    assert.ok(load.acknowledged.length > 0, "nothing happened after the backup");
    await commitAt(network, member);
    await rm(backup, { recursive: true });
  },
};
