import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { FaultCase } from "../case.ts";
import { untilCaughtUp } from "../live.ts";
import { median } from "../../bench/statistics.ts";

const AWAY_MS = 6000;

export const oneKilled: FaultCase = {
  name: "one-killed",
  fault: "all processes of one of four organisations are killed, and come back",
  seconds: 90,
  async run(stage) {
    const { network } = stage;
    const [away, ...others] = [network.member(3), network.member(0), network.member(1), network.member(2)];
    const load = stage.load({ inFlight: 2, members: others });
    await delay(AWAY_MS / 2);
    stage.time("p50 with four", median(load.latencies()));
    await away.kill();
    const killed = Date.now();
    await delay(AWAY_MS);
    const during = load.acknowledged.filter(({ at }) => at > killed);
    assert.ok(during.length > 0, "nothing was acknowledged without the one");
    stage.figure("acknowledged without it", String(during.length));
    stage.time("p50 without it", median(during.map(({ took }) => took)));
    away.start();
    stage.time("back with all entries", await untilCaughtUp(network, away));
    await load.stop();
  },
};
