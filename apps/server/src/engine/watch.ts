import { setTimeout as delay } from "node:timers/promises";
import { type Health, writeHealth } from "./health.ts";
import type { Observed } from "./observe.ts";
import { Progress } from "./progress.ts";
import type { Supervisor } from "./supervisor.ts";

const PERIOD_MS = 3000;

export interface WatchOptions {
  readonly organisation: string;
  readonly runFolder: string;
  readonly supervisor: Supervisor;
  readonly observe: () => Promise<Observed>;
  readonly report: (event: string, details: Readonly<Record<string, unknown>>) => void;
}

function isBehind({ application, others }: Observed): boolean {
  const size = application?.size ?? 0;
  return others.some(({ state }) => state !== undefined && state.size > size);
}

function healthOf({ organisation, supervisor }: WatchOptions, observed: Observed): Health {
  const { last, restarts, state } = supervisor;
  return { ...observed, organisation, restarts, state, ...(last === undefined ? {} : { last }) };
}

/** Writes the pair's health every few seconds, and restarts a pair that lives but does not go on. */
export async function watch(options: WatchOptions, signal: AbortSignal): Promise<void> {
  const { observe, report, runFolder, supervisor } = options;
  const progress = new Progress();
  while (!signal.aborted) {
    try {
      const observed = await observe();
      writeHealth(runFolder, healthOf(options, observed));
      if (observed.engine !== undefined) {
        const found = progress.observe(observed.engine.height, isBehind(observed), performance.now());
        if (found === "advanced") supervisor.advanced();
        if (found === "restart") supervisor.restart(`no new block after height ${observed.engine.height}`);
      }
    } catch (cause) {
      // A full disk, a broken network.json: the pair itself may go on.
      report("health unknown", { reason: cause instanceof Error ? cause.message : "" });
    }
    await delay(PERIOD_MS, undefined, { signal }).catch(() => undefined);
  }
}
