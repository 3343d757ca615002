import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Part, within } from "../figure.ts";
import { median } from "../statistics.ts";

/** The main job on four organisations' engines, as a process; milliseconds since its start. */
export interface StartTimes {
  /** The first release is published. */
  readonly published: number;
  /** The process has ended. */
  readonly whole: number;
}

const MAIN = fileURLToPath(import.meta.resolve("@firmament/cli/src/main.ts"));
const PUBLISHED = /the release is published/;
const LIMIT_MS = 10_000;

async function startOnce(): Promise<StartTimes> {
  const out = await mkdtemp(join(tmpdir(), "firmament-bench-"));
  const words = [MAIN, "start", "--engine", "cometbft", "--once", "--out", out];
  const started = performance.now();
  const since = () => performance.now() - started;
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  let published: number | undefined;
  for await (const line of createInterface(child.stdout)) if (PUBLISHED.test(line)) published ??= since();
  const [code] = (await ended) as [number | null];
  const whole = since();
  await rm(out, { force: true, recursive: true });
  if (code !== 0 || published === undefined) throw new Error(`the main job ended with ${code ?? "a signal"}`);
  return { published, whole };
}

/** Times the main job from nothing. */
export async function measureStarts(runs: number): Promise<readonly StartTimes[]> {
  const times: StartTimes[] = [];
  for (let i = 0; i < runs; i++) times.push(await startOnce());
  return times;
}

export function firstReleasePart(times: readonly StartTimes[]): Part {
  const value = median(times.map(({ published }) => published));
  return {
    title: "main job from nothing on four organisations' engines",
    figures: [
      within("limit", { what: "first release published", unit: "ms", value }, LIMIT_MS),
      { what: "the whole process", unit: "ms", value: median(times.map(({ whole }) => whole)) },
    ],
    notes: [`${times.length} runs, the median; the binaries are installed and their files warm`],
  };
}
