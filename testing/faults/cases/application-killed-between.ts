import { AbciTap } from "../abci-tap.ts";
import type { FaultCase } from "../case.ts";
import { commitAt, untilCaughtUp } from "../live.ts";
import { until } from "../until.ts";

export const applicationKilledBetween: FaultCase = {
  name: "application-killed-between",
  fault: "an application is killed after it answered FinalizeBlock and before it hears Commit",
  seconds: 120,
  async run(stage) {
    const { network } = stage;
    const member = network.member(3);
    await member.stop("validator");
    let killedAt = 0;
    // The engine's Commit cannot have passed: the answer that it waits for is held back until the application is dead.
    await using _tap = await AbciTap.open(member.home.runFolder(member.name), ({ finalizeBlock }, answer) => {
      const hasEntries = finalizeBlock !== undefined && finalizeBlock.txs.length > 0;
      if (hasEntries && killedAt === 0 && member.killOnce("application")) killedAt = performance.now();
      return answer;
    });
    member.start();
    await member.ready();
    const load = stage.load({ inFlight: 2, members: network.members.slice(0, 3) });
    const before = member.pidOf("application");
    await until("the application was killed", 30_000, () => killedAt > 0);
    await until("another one runs", 30_000, () => ![undefined, before].includes(member.pidOf("application")));
    await commitAt(network, member);
    stage.time("first commit at its front", performance.now() - killedAt);
    await untilCaughtUp(network, member);
    stage.time("with all entries", performance.now() - killedAt);
    await load.stop();
    await member.stop("validator");
  },
};
