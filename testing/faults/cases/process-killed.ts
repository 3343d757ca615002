import { setTimeout as delay } from "node:timers/promises";
import type { FaultCase } from "../case.ts";
import { commitAt, untilCaughtUp } from "../live.ts";
import { until } from "../until.ts";

const LOAD_MS = 2000;

interface Options {
  readonly name: string;
  readonly fault: string;
  readonly which: "application" | "engine" | "validator";
  readonly isLoaded: boolean;
}

/** One process of an organisation is killed, and all of its pair come back by themselves. */
function processKilled({ isLoaded, which, ...names }: Options): FaultCase {
  return {
    ...names,
    seconds: 60,
    async run(stage) {
      const { network } = stage;
      const member = network.member(3);
      const load = isLoaded ? stage.load({ inFlight: 2, members: network.members }) : undefined;
      if (isLoaded) await delay(LOAD_MS);
      const before = { application: member.pidOf("application"), engine: member.pidOf("engine") };
      if (!member.killOnce(which)) throw new Error(`${which} did not run`);
      const killed = performance.now();
      const isNew = (part: keyof typeof before) => {
        const pid = member.pidOf(part);
        return pid !== undefined && pid !== before[part];
      };
      await until("application and engine are new", 30_000, () => isNew("application") && isNew("engine"));
      await commitAt(network, member);
      stage.time("first commit at its front", performance.now() - killed);
      await untilCaughtUp(network, member);
      stage.time("with all entries", performance.now() - killed);
      await load?.stop();
    },
  };
}

export const applicationKilledIdle = processKilled({
  name: "application-killed-idle",
  fault: "an application is killed while nothing happens; its engine ends by itself with code 0",
  which: "application",
  isLoaded: false,
});

export const applicationKilledLoaded = processKilled({
  name: "application-killed-loaded",
  fault: "an application is killed under load",
  which: "application",
  isLoaded: true,
});

export const engineKilled = processKilled({
  name: "engine-killed",
  fault: "an engine is killed under load",
  which: "engine",
  isLoaded: true,
});

export const supervisorKilled = processKilled({
  name: "supervisor-killed",
  fault: "a supervisor is killed under load: its pair must not be left running beside the next one",
  which: "validator",
  isLoaded: true,
});
