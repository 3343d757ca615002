import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { carried, signed } from "../acts.ts";
import type { FaultCase, Stage } from "../case.ts";
import { doctor } from "../cli.ts";
import { commitAt } from "../live.ts";

const LIBRARY = `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu/faketime/libfaketime.so.1`;
const HOUR = 3600;
const LIFETIME = 300;
const LOAD_MS = 5000;
const MAX_LAG = 60;

// The engine gets none of it: its supervisor starts it without our environment, and it is a static binary.
const environment = (offset: number) => ({
  DONT_FAKE_MONOTONIC: "1",
  FAKETIME: `${offset < 0 ? "" : "+"}${offset}s`,
  FAKETIME_DONT_FAKE_MONOTONIC: "1",
  LD_PRELOAD: LIBRARY,
});

async function withClock(stage: Stage, offset: number): Promise<void> {
  const { network } = stage;
  const member = network.member(1);
  const which = `${offset < 0 ? "behind" : "ahead"}`;
  await member.stop();
  member.env = environment(offset);
  member.start("validator", "node", "register", "retrieval");
  await member.ready();
  const load = stage.load({ inFlight: 1, members: network.members });
  await delay(LOAD_MS);
  const lags = load.acknowledged.map(({ at, receipt }) => Math.abs(at / 1000 - receipt.time));
  assert.ok(lags.length > 0 && Math.max(...lags) < MAX_LAG, `the ledger's time is off by ${Math.max(...lags)} s`);
  stage.figure(`${which}: acknowledged`, String(lags.length));
  stage.figure(`${which}: ledger's time off by at most`, `${Math.max(...lags).toFixed(1)} s`);
  const [here, elsewhere] = [await doctor(member), await doctor(network.member(0))];
  assert.ok(here.includes("clock-off"), `doctor found ${here.join(", ")}`);
  assert.ok(elsewhere.includes("clock-of-other"), `doctor at another found ${elsewhere.join(", ")}`);
  const lifetime = offset + LIFETIME;
  const off = await signed(network, member, "organisation.authority", { certificate: "AAAA" }, lifetime);
  await assert.rejects(carried(network, member, off), { code: "transaction/expired" });
  await load.stop();
}

/**
 * The engine's own clock is another matter (it is a static binary that no library can reach): the time of a block is the
 * median of the votes' times, so that less than a third of wrong clocks moves nothing; an engine whose clock is more than
 * 60 s slow refuses the others' proposals and stands still until its clock is set.
 */
export const clockOff: FaultCase = {
  name: "clock-off",
  fault: "application, witness and agents of one organisation run with a clock an hour ahead, then an hour behind",
  seconds: 200,
  missing: () => (existsSync(LIBRARY) ? undefined : "needs the Debian package faketime"),
  async run(stage) {
    const member = stage.network.member(1);
    for (const offset of [HOUR, -HOUR]) await withClock(stage, offset);
    stage.note("doctor finds clock-off there and clock-of-other elsewhere; what is signed by that clock is refused");
    await member.stop();
    member.env = {};
    member.start();
    await member.ready();
    await commitAt(stage.network, member);
  },
};
