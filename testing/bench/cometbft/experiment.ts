import { readFile, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { LiveConsortium } from "../live.ts";
import { descendantsOf, usageOf } from "./process-usage.ts";
import { measureRegistrations, type RegistrationRun } from "./registration-points.ts";
import { measureRetrievals, type RetrievalRun } from "./retrieval-points.ts";

/** What was measured of images of one size, on a network of its own. */
export interface SizeTimes {
  readonly bytes: number;
  readonly registrations: readonly RegistrationRun[];
  readonly retrievals: readonly RetrievalRun[];
  /** Processes of the network, and the sum of their peak RSS, bytes. */
  readonly processes: number;
  readonly peak: number;
}

export interface ExperimentOptions {
  readonly sizes: readonly number[];
  readonly runs: number;
  /** Pause of the engines after each block, milliseconds; as founded where it is left out. */
  readonly commitPauseMs?: number;
}

const START = ["--engine", "cometbft"];
const RESTART_MS = 30_000;

function processesOf({ services }: LiveConsortium): readonly number[] {
  return services.flatMap(({ pid }) => descendantsOf(pid));
}

function isEngine(pid: number): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0")[0]?.endsWith("/cometbft") === true;
}

// An engine's configuration is written anew at each of its starts, which its supervisor sees to.
async function pauseCommits(live: LiveConsortium, commitPauseMs: number): Promise<void> {
  const { networkFile } = live.session.home;
  const network = JSON.parse(await readFile(networkFile, "utf8")) as object;
  await writeFile(networkFile, JSON.stringify({ ...network, commitPauseMs }));
  const before = processesOf(live).filter(isEngine);
  for (const pid of before) process.kill(pid, "SIGTERM");
  for (const end = Date.now() + RESTART_MS; Date.now() < end; await delay(100)) {
    const now = processesOf(live).filter(isEngine);
    if (now.length === before.length && now.every((pid) => !before.includes(pid))) return;
  }
  throw new Error("the engines did not come back");
}

async function measureSize({ commitPauseMs, runs }: ExperimentOptions, bytes: number): Promise<SizeTimes> {
  await using live = await LiveConsortium.start(START);
  if (commitPauseMs !== undefined) await pauseCommits(live, commitPauseMs);
  const { release, runs: registrations } = await measureRegistrations(live, bytes, runs);
  const retrievals = await measureRetrievals(live, release, runs);
  const pids = processesOf(live);
  const peak = pids.reduce((sum, pid) => sum + usageOf(pid).peak, 0);
  return { bytes, peak, processes: pids.length, registrations, retrievals };
}

/** Repeats source 004's experiment; every size has a network of its own, so that none inherits the images of another. */
export async function runExperiment(options: ExperimentOptions): Promise<readonly SizeTimes[]> {
  const times: SizeTimes[] = [];
  for (const bytes of options.sizes) times.push(await measureSize(options, bytes));
  return times;
}
