import { atLeast, type Bound, type Figure, type Part, within } from "../figure.ts";
import { median } from "../statistics.ts";
import type { Form } from "./engine-network.ts";
import { type Cost, type Effort, type FormTimes, type LoadTimes, measureForm } from "./form-times.ts";

/** How far apart the engines are, and how many of them there are. */
export interface Setting {
  readonly name: string;
  readonly organisations: number;
  readonly delayMs: number;
  /** Pause of the engines after each block, as OPERATIONS 1 has it for such a distance, milliseconds. */
  readonly commitPauseMs: number;
  /** Networks of each form, started in turn, there and back; the median counts. */
  readonly rounds: number;
  /** What the bars are here. */
  readonly bars: Bound["kind"];
}

/** What was measured of every form in one setting. */
export interface FloorTimes {
  readonly setting: Setting;
  readonly effort: Effort;
  readonly rounds: readonly FormTimes[];
}

const FORMS: readonly Form[] = ["kvstore", "echo", "product"];
const BARS = { serialToStore: 1.3, rateToEcho: 0.8, rateToStore: 0.3 } as const;

/** Measures the product beside its two floors, round by round. */
export async function measureFloors(setting: Setting, effort: Effort): Promise<FloorTimes> {
  const { commitPauseMs, delayMs, organisations } = setting;
  const rounds: FormTimes[] = [];
  for (let round = 0; round < setting.rounds; round++) {
    // A host that becomes slower or faster meanwhile favours no form.
    const forms = round % 2 === 0 ? FORMS : FORMS.toReversed();
    for (const form of forms) rounds.push(await measureForm({ commitPauseMs, delayMs, form, organisations }, effort));
  }
  return { effort, rounds, setting };
}

function medianOf(times: FloorTimes, form: Form, pick: (each: FormTimes) => number): number {
  return median(times.rounds.filter((each) => each.form === form).map(pick));
}

function loadOf(of: FormTimes, i: number): LoadTimes {
  const found = of.loads[i];
  if (found === undefined) throw new RangeError(`there is no load ${i}`);
  return found;
}

function serialFigures(times: FloorTimes): readonly Figure[] {
  const p50 = (form: Form) => medianOf(times, form, ({ serial }) => serial.p50);
  const figure = { what: "one after the other, p50, over the engine's kvstore", value: p50("product"), unit: "ms" };
  const floor = p50("kvstore");
  const bounded = within(times.setting.bars, { ...figure, floor }, Math.round(floor * BARS.serialToStore));
  return [
    bounded,
    { what: "  over the echo application", value: p50("product"), unit: "ms", floor: p50("echo") },
    {
      what: "  p95",
      value: medianOf(times, "product", ({ serial }) => serial.p95),
      unit: "ms",
      floor: medianOf(times, "kvstore", ({ serial }) => serial.p95),
    },
  ];
}

function rateFigures(times: FloorTimes, i: number): readonly Figure[] {
  const rate = (form: Form) => medianOf(times, form, (each) => loadOf(each, i).perSecond);
  const size = times.effort.sizes[i] ?? 0;
  const against = (form: Form, share: number, name: string) => {
    const floor = rate(form);
    const figure = { what: name, value: rate("product"), unit: "/s", floor };
    return atLeast(times.setting.bars, figure, Math.round(floor * share));
  };
  return [
    against("echo", BARS.rateToEcho, `${size} B, ${times.effort.inFlight} in flight, over the echo application`),
    against("kvstore", BARS.rateToStore, "  over the engine's kvstore"),
    { what: "  p50", value: medianOf(times, "product", (each) => loadOf(each, i).p50), unit: "ms" },
    { what: "  p95", value: medianOf(times, "product", (each) => loadOf(each, i).p95), unit: "ms" },
  ];
}

const MEASURES = [
  ["CPU per transaction and node", "ms", (cost: Cost) => cost.cpuMs],
  ["disk per transaction and node", "B", (cost: Cost) => Math.max(0, cost.diskBytes)],
  ["peak memory", "MB", (cost: Cost) => cost.peak / 1e6],
] as const;

function costFigures(times: FloorTimes, i: number): readonly Figure[] {
  return (["application", "engine"] as const).flatMap((kind) =>
    MEASURES.map(([what, unit, measure]) => {
      const of = (form: Form) =>
        medianOf(times, form, (each) => {
          const cost = loadOf(each, i).costs.find((found) => found.kind === kind);
          return cost === undefined ? 0 : measure(cost);
        });
      return { what: `  ${kind}: ${what}`, value: of("product"), unit, floor: of("echo") };
    }),
  );
}

/** The figures of one setting. */
export function floorsPart(times: FloorTimes): Part {
  const { commitPauseMs, delayMs, name, organisations, rounds } = times.setting;
  const loads = times.effort.sizes;
  const bytes = medianOf(times, "product", (each) => each.serial.bytes);
  return {
    title: `replicated ledger beside its floors: ${name}`,
    figures: [
      ...serialFigures(times),
      ...loads.flatMap((_, i) => [...rateFigures(times, i), ...costFigures(times, i)]),
    ],
    notes: [
      `${organisations} engines, ${2 * delayMs} ms round trip added, ${commitPauseMs} ms pause after each block; ${rounds} networks of each form in turn,`,
      "the median counts; one configuration",
      "kvstore: the engine with its built-in store; echo: a plain application in Node, which checks a signature when it is taken",
      "and again where a block came between, and writes one row for each transaction.",
      `The product's shortest transaction has ${bytes} B where theirs have 300. Latency: from broadcast_tx_sync until a new block`,
      "shows the transaction; costs are beside the echo application's",
    ],
  };
}
