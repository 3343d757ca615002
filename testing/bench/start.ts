import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firmament } from "../e2e/program.ts";
import { type Part, within } from "./figure.ts";
import { median, timedAsync } from "./statistics.ts";

/** The main job from nothing, as a process: founding, nine services, a publication, an update, the attempts to cheat. */
export interface StartTimes {
  /** The whole process, from its start to its end, milliseconds; the median run. */
  readonly wholeMs: number;
  /** As many processes that do nothing: what starting them costs, milliseconds. */
  readonly floorMs: number;
}

const LIMIT_MS = 6000;
const RUNS = 3;
const PROCESSES = 9;

async function startOnce(): Promise<void> {
  const out = await mkdtemp(join(tmpdir(), "firmament-bench-"));
  const run = await firmament(["start", "--once", "--json", "--out", out]);
  await rm(out, { force: true, recursive: true });
  if (run.code !== 0) throw new Error(`the main job ended with ${run.code}: ${run.stderr}`);
}

/** Times the main job and its floor; both with warm files, as after the set-up. */
export async function measureStart(): Promise<StartTimes> {
  await startOnce();
  const whole: number[] = [];
  for (let i = 0; i < RUNS; i++) whole.push(await timedAsync(startOnce));
  const idle = () => Promise.all(Array.from({ length: PROCESSES }, () => firmament(["--version"])));
  return { floorMs: await timedAsync(idle), wholeMs: median(whole) };
}

export function startPart({ floorMs, wholeMs }: StartTimes): Part {
  const figure = { what: "the whole process", value: wholeMs, unit: "ms", floor: floorMs };
  return {
    title: "main job from nothing",
    figures: [within("limit", figure, LIMIT_MS)],
    notes: [`floor: starting ${PROCESSES} processes that do nothing`],
  };
}
