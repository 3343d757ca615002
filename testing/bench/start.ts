import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firmament } from "../e2e/program.ts";

/** The main job from nothing, as a process: founding, nine services, a publication, an update, the attempts to cheat. */
export interface StartTimes {
  /** The whole process, from its start to its end, milliseconds; the median run. */
  readonly wholeMs: number;
  /** As many processes that do nothing: what starting them costs, milliseconds. */
  readonly floorMs: number;
  readonly limitMs: number;
  readonly holds: boolean;
}

const LIMIT_MS = 6000;
const RUNS = 3;
const PROCESSES = 9;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

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
  for (let i = 0; i < RUNS; i++) whole.push(await timed(startOnce));
  const idle = () => Promise.all(Array.from({ length: PROCESSES }, () => firmament(["--version"])));
  const [wholeMs, floorMs] = [median(whole), await timed(idle)];
  return { floorMs, holds: wholeMs <= LIMIT_MS, limitMs: LIMIT_MS, wholeMs };
}

export function renderStart({ floorMs, holds, limitMs, wholeMs }: StartTimes): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  return [
    `main job from nothing, the whole process: ${seconds(wholeMs)} of ${seconds(limitMs)}, ${holds ? "holds" : "EXCEEDED"}`,
    `starting ${PROCESSES} processes that do nothing: ${seconds(floorMs)}, ratio ${(wholeMs / floorMs).toFixed(1)}`,
  ].join("\n");
}
