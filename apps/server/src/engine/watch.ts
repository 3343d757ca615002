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
  /** Whether a new key comes into use when the pair is started again. */
  readonly isKeyDue: () => Promise<boolean>;
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

// A full disk, a broken network.json, a key file that is cut: the pair itself may go on.
async function attempt({ report }: WatchOptions, failure: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    report(failure, { reason: cause instanceof Error ? cause.message : "" });
  }
}

/**
 * Writes the pair's health every few seconds, and restarts a pair that lives but does not go on, or for which a new key
 * waits.
 */
export async function watch(options: WatchOptions, signal: AbortSignal): Promise<void> {
  const { isKeyDue, observe, runFolder, supervisor } = options;
  const progress = new Progress();
  while (!signal.aborted) {
    await attempt(options, "key not replaced", async () => {
      if (await isKeyDue()) supervisor.restart("a new key is in force");
    });
    await attempt(options, "health unknown", async () => {
      const observed = await observe();
      writeHealth(runFolder, healthOf(options, observed));
      if (observed.engine === undefined) return;
      const found = progress.observe(observed.engine.height, isBehind(observed), performance.now());
      if (found === "advanced") supervisor.advanced();
      if (found === "restart") supervisor.restart(`no new block after height ${observed.engine.height}`);
    });
    await delay(PERIOD_MS, undefined, { signal }).catch(() => undefined);
  }
}
