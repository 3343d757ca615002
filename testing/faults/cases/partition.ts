import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { FaultCase } from "../case.ts";
import { carried } from "../acts.ts";
import { commitAt, statusOf, untilCaughtUp } from "../live.ts";
import { declaration } from "../load.ts";
import { until } from "../until.ts";

const PART_MS = 6000;

export const partitionInHalves: FaultCase = {
  name: "partition-2-2",
  fault: "two organisations and the two others hear nothing of each other, then again",
  seconds: 150,
  async run(stage) {
    const { links, members } = stage.network;
    const load = stage.load({ inFlight: 1, members });
    await delay(PART_MS / 2);
    const names = members.map(({ name }) => name);
    links.part(names.slice(0, 2), names.slice(2));
    await delay(1000);
    const parted = Date.now();
    await delay(PART_MS);
    assert.equal(load.since(parted), 0, "a half without a quorum acknowledged a transaction");
    stage.note("neither half acknowledges anything");
    links.heal();
    stage.time("first commit after healing", await commitAt(stage.network, stage.network.member(0)));
    for (const member of members) await untilCaughtUp(stage.network, member);
    await load.stop();
  },
};

export const partitionOfOne: FaultCase = {
  name: "partition-3-1",
  fault: "one organisation hears nothing of the three others, then again",
  seconds: 150,
  async run(stage) {
    const { links, members } = stage.network;
    const names = members.map(({ name }) => name);
    const load = stage.load({ inFlight: 1, members });
    await delay(PART_MS / 2);
    links.part(names.slice(0, 3), names.slice(3));
    await delay(1000);
    const parted = Date.now();
    await delay(PART_MS);
    const during = load.acknowledged.filter(({ at }) => at > parted).map(({ organisation }) => organisation);
    assert.ok(during.length > 0, "three of four acknowledged nothing");
    assert.ok(!during.includes(stage.network.member(3).name), "the one alone acknowledged a transaction");
    stage.figure("acknowledged by the three", String(during.length));
    links.heal();
    stage.time("the one has all entries", await untilCaughtUp(stage.network, stage.network.member(3)));
    await load.stop();
  },
};

export const engineCutOff: FaultCase = {
  name: "engine-cut-off",
  fault: "one organisation's engine hears nothing of the others; what is submitted there gets in through their nodes",
  seconds: 120,
  async run(stage) {
    const { network } = stage;
    const [one, another] = [network.member(3), network.member(0)];
    network.links.cutEngine(one.name);
    const before = (await statusOf(another))?.size ?? 0;
    const transaction = await declaration(network, one);
    const submitted = carried(network, one, transaction);
    submitted.catch(() => undefined);
    const isIn = async () => ((await statusOf(another))?.size ?? 0) > before;
    stage.time("decided by the others", await until("the others have it", 10_000, isIn));
    network.links.heal();
    const { transaction: id } = await submitted;
    stage.time("its own front has all entries", await untilCaughtUp(network, one));
    assert.equal((await another.front.submit(transaction)).transaction, id);
  },
};
