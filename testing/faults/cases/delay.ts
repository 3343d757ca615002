import { setTimeout as wait } from "node:timers/promises";
import { median, quantile } from "../../bench/statistics.ts";
import type { FaultCase } from "../case.ts";

const LOAD_MS = 8000;

function delayed(delayMs: number): FaultCase {
  return {
    name: `delay-${delayMs}`,
    fault: `everything between organisations takes ${delayMs} ms each way`,
    seconds: 60,
    async run(stage) {
      stage.network.links.delay(delayMs);
      const load = stage.load({ inFlight: 1, members: stage.network.members });
      await wait(LOAD_MS);
      await load.stop();
      if (load.acknowledged.length === 0) throw new Error("nothing was acknowledged");
      stage.figure("acknowledged", String(load.acknowledged.length));
      stage.time("p50", median(load.latencies()));
      stage.time("p95", quantile(load.latencies(), 0.95));
      stage.network.links.heal();
    },
  };
}

export const delay40 = delayed(40);
export const delay100 = delayed(100);
