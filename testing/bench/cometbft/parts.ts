import { COMMIT_PAUSE_MS } from "@firmament/server/engine";
import type { Measured } from "../parts.ts";
import { runExperiment } from "./experiment.ts";
import { type Drawings, experimentDrawings } from "./experiment-drawings.ts";
import { experimentPart } from "./experiment-part.ts";
import { firstReleasePart, measureStarts } from "./first-release.ts";
import type { Effort } from "./form-times.ts";
import { floorsPart, measureFloors, type Setting } from "./floors.ts";
import { published } from "./published.ts";

/** What of the replicated ledger is measured. */
export const enginePartNames = ["start", "floors", "experiment", "slow"] as const;
export type EnginePartName = (typeof enginePartNames)[number];

export interface EngineBenchOptions {
  readonly only: ReadonlySet<EnginePartName>;
  /** Small numbers of everything: whether it works, not how fast. */
  readonly isQuick: boolean;
}

/** A part with its drawings, where it has any. */
export interface EngineMeasured extends Measured {
  readonly drawings?: Drawings;
}

const NEAR = { commitPauseMs: COMMIT_PAUSE_MS, delayMs: 0 } as const;
const CROWDED = { commitPauseMs: COMMIT_PAUSE_MS + 15, delayMs: 0 } as const;
const FAR = { commitPauseMs: COMMIT_PAUSE_MS + 40, delayMs: 20 } as const;
const SETTINGS: readonly Setting[] = [
  { ...NEAR, bars: "limit", name: "four organisations", organisations: 4, rounds: 9 },
  { ...CROWDED, bars: "aim", name: "seven organisations", organisations: 7, rounds: 1 },
  { ...FAR, bars: "aim", name: "four organisations, 40 ms round trip", organisations: 4, rounds: 1 },
];
const EFFORT: Effort = { inFlight: 150, seconds: 8, serial: 100, sizes: [300, 2000] };
const QUICK: Effort = { inFlight: 20, seconds: 1, serial: 5, sizes: [300] };

export const SIZES = published.map(({ bytes }) => bytes);
/** The sizes that source 004's paper shows; a quick run takes the first. */
const SHOWN = SIZES.filter((bytes) => bytes >= 552_000);
export const RUNS = { quick: 5, slow: 20, tuned: 100 } as const;
const SLOW_PAUSE_MS = 2000;

async function* measureSettings(isQuick: boolean): AsyncGenerator<EngineMeasured> {
  for (const [i, setting] of (isQuick ? SETTINGS.slice(0, 1) : SETTINGS).entries()) {
    const data = await measureFloors(isQuick ? { ...setting, rounds: 1 } : setting, isQuick ? QUICK : EFFORT);
    yield { data, name: `floors-${i + 1}`, part: floorsPart(data) };
  }
}

async function measureTuned(isQuick: boolean): Promise<EngineMeasured> {
  const runs = isQuick ? RUNS.quick : RUNS.tuned;
  const data = await runExperiment({ runs, sizes: isQuick ? SHOWN.slice(0, 1) : SIZES });
  const part = experimentPart(data, "tuned", true);
  return { data, drawings: experimentDrawings(data), name: "experiment", part };
}

async function measureSlow(isQuick: boolean): Promise<EngineMeasured> {
  const runs = isQuick ? RUNS.quick : RUNS.slow;
  const sizes = isQuick ? SHOWN.slice(0, 1) : SHOWN;
  const data = await runExperiment({ commitPauseMs: SLOW_PAUSE_MS, runs, sizes });
  return { data, name: "slow", part: experimentPart(data, "with a pause of 2 s after each block", false) };
}

/** Measures the ledger on CometBFT, part by part. */
export async function* measureEngineParts({ isQuick, only }: EngineBenchOptions): AsyncGenerator<EngineMeasured> {
  if (only.has("start")) {
    const data = await measureStarts(isQuick ? 1 : 3);
    yield { data, name: "start", part: firstReleasePart(data) };
  }
  if (only.has("floors")) yield* measureSettings(isQuick);
  if (only.has("experiment")) yield await measureTuned(isQuick);
  if (only.has("slow")) yield await measureSlow(isQuick);
}
