import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { FaultCase } from "../case.ts";
import { doctor, mustDo } from "../cli.ts";
import { commitAt, untilCaughtUp } from "../live.ts";
import { preloading } from "../preload.ts";
import { until } from "../until.ts";

const LOAD_MS = 3000;

export const wrongApplication: FaultCase = {
  name: "wrong-application",
  fault: "one organisation's application runs a build with another rule",
  seconds: 200,
  async run(stage) {
    const { network } = stage;
    const member = network.member(3);
    await member.stop();
    member.env = preloading("wrong-rules.ts");
    member.start();
    await member.ready();
    const load = stage.load({ inFlight: 1, members: network.members.slice(0, 3) });
    const started = performance.now();
    await until("doctor names it", 90_000, async () => (await doctor(member)).includes("hash-differs"));
    stage.time("until doctor finds hash-differs", performance.now() - started);
    const named = Date.now();
    await delay(LOAD_MS);
    await load.stop();
    assert.ok(load.since(named) > 0, "the others do not go on");
    stage.figure("acknowledged by the others since", String(load.since(named)));
    const others = await doctor(network.member(0));
    stage.note(`doctor at another: ${others.join(", ")}`);
    await member.stop();
    member.env = {};
    await mustDo(member, "reset-from-peers", "--yes");
    member.start();
    const mended = performance.now();
    await untilCaughtUp(network, member);
    stage.time("right build, all entries again", performance.now() - mended);
    await commitAt(network, member);
  },
};
