import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { FaultCase } from "../case.ts";
import { mustDo } from "../cli.ts";
import { sizeOfNode } from "../invariants.ts";
import { commitAt, statusOf, untilCaughtUp } from "../live.ts";
import { until } from "../until.ts";

const LOAD_MS = 3000;

export const lateJoiner: FaultCase = {
  name: "late-joiner",
  fault: "one organisation starts with nothing but its keys, and takes the whole ledger from the others",
  seconds: 120,
  async run(stage) {
    const { network } = stage;
    const member = network.member(3);
    await member.stop();
    const load = stage.load({ inFlight: 1, members: network.members.slice(0, 3) });
    await mustDo(member, "reset-from-peers", "--yes");
    await rm(dirname(member.home.replicaFile(member.name)), { recursive: true });
    await delay(LOAD_MS);
    member.start();
    const started = performance.now();
    await untilCaughtUp(network, member);
    stage.figure("entries", String((await statusOf(member))?.size ?? 0));
    stage.time("application has all entries", performance.now() - started);
    await load.stop();
    const size = (await statusOf(member))?.size ?? 0;
    await until("its node has all entries", 60_000, () => sizeOfNode(member) >= size);
    stage.time("its node, too", performance.now() - started);
    await commitAt(network, member);
  },
};
