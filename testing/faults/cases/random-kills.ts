import { randomInt } from "node:crypto";
import type { FaultCase } from "../case.ts";
import { until } from "../until.ts";

const COUNT = 10_000;
const IN_FLIGHT = 40;
/** Each makes the next start of its pair wait longer: a minute without one is needed to forget it. */
const KILLS = 16;
const KILL_MS = 120_000;

export const randomKills: FaultCase = {
  name: "random-kills",
  fault: `${COUNT} transactions while ${KILLS} applications and engines are killed at random`,
  seconds: 360,
  async run(stage) {
    const { network } = stage;
    const load = stage.load({ count: COUNT, inFlight: IN_FLIGHT, members: network.members });
    const started = performance.now();
    for (let kills = 0; kills < KILLS;) {
      // Spread over the whole load, and never at the same place in a block.
      const next = (COUNT * (kills + Math.random())) / KILLS;
      await until(`${Math.round(next)} transactions`, KILL_MS, () => load.acknowledged.length >= next);
      const victim = network.member(randomInt(network.members.length));
      const part = randomInt(2) === 0 ? "application" : "engine";
      if (!victim.killOnce(part)) continue;
      kills++;
      stage.progress(`${kills}: ${part} of ${victim.name} killed after ${load.acknowledged.length}`);
    }
    await load.done();
    const seconds = Math.round((performance.now() - started) / 1000);
    stage.figure("acknowledged", `${load.acknowledged.length} in ${seconds} s`);
    stage.figure("attempts refused", [...load.refused].map(([code, count]) => `${count} ${code}`).join(", ") || "0");
  },
};
