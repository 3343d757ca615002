import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findEngine } from "@firmament/server/engine";
import { carried, signed } from "../acts.ts";
import type { FaultCase } from "../case.ts";
import type { FaultMember } from "../fault-member.ts";
import { commitAt, statusOf } from "../live.ts";

const HEARTBEATS = 10;
const SHORT = 2;
const USUAL = 30;
const HOUR = 3600;
/** The block that proves a transaction's, and one that the chain may be in the middle of. */
const SPARE_BLOCKS = 2;

// The engine's own option goes before its configuration, which is written anew at each start.
function engineWithHeartbeat(member: FaultMember, seconds: number): Record<string, string> {
  const path = join(member.home.path, "engine-with-heartbeat");
  const option = `--consensus.create_empty_blocks_interval=${seconds}s`;
  const start = `[ "$1" = start ] && exec "${findEngine()}" "$@" ${option}`;
  writeFileSync(path, `#!/bin/sh\n${start}\nexec "${findEngine()}" "$@"\n`);
  chmodSync(path, 0o700);
  return { COMETBFT_BIN: path };
}

async function restarted(members: readonly FaultMember[], env: (member: FaultMember) => Record<string, string>) {
  await Promise.all(members.map((member) => member.stop("validator")));
  for (const member of members) {
    member.env = env(member);
    member.start();
  }
  await Promise.all(members.map((member) => member.ready()));
}

/** @param isSoak an hour with the product's own heartbeat, instead of ten short ones */
export function idle(isSoak: boolean): FaultCase {
  const [heartbeat, seconds] = isSoak ? [USUAL, HOUR] : [SHORT, SHORT * HEARTBEATS];
  return {
    name: "idle",
    fault: `nothing happens for ${seconds} s, with a heartbeat of ${heartbeat} s; then a transaction`,
    seconds: seconds + 120,
    async run(stage) {
      const { members } = stage.network;
      const member = stage.network.member(0);
      if (!isSoak) await restarted(members, (each) => engineWithHeartbeat(each, heartbeat));
      await commitAt(stage.network, member);
      await delay(1000);
      const before = await statusOf(member);
      const expiring = await signed(
        stage.network,
        member,
        "organisation.authority",
        { certificate: "AAAA" },
        heartbeat,
      );
      await delay(seconds * 1000);
      const after = await statusOf(member);
      const blocks = (after?.engineHeight ?? 0) - (before?.engineHeight ?? 0);
      assert.equal(after?.size, before?.size, "entries were made of nothing");
      assert.ok(blocks <= seconds / heartbeat + SPARE_BLOCKS, `${blocks} blocks in ${seconds} s`);
      assert.ok(blocks >= 1, "no heartbeat");
      stage.figure("blocks while idle", `${blocks} in ${seconds} s`);
      await assert.rejects(member.front.submit(expiring), { code: "transaction/expired" });
      stage.note("a transaction that expired meanwhile is refused: transaction/expired");
      const { time } = await carried(
        stage.network,
        member,
        await signed(stage.network, member, "organisation.authority", { certificate: "AAAB" }),
      );
      const lag = Math.abs(Date.now() / 1000 - time);
      assert.ok(lag <= heartbeat + 10, `its block's time is off by ${lag} s`);
      stage.figure("first block's time off by", `${lag.toFixed(1)} s`);
      if (!isSoak) await restarted(members, () => ({}));
    },
  };
}
