import { drawDiagram } from "../curve.ts";
import { type BarGroup, drawBars } from "./bars.ts";
import type { SizeTimes } from "./experiment.ts";
import { publishedOf, registrationMeans, retrievalMeans, sizeText } from "./experiment-part.ts";
import type { RegistrationMeans, RetrievalMeans } from "./published.ts";
import { drawRuns } from "./runs-chart.ts";

/** SVG documents by their names. */
export type Drawings = Readonly<Record<string, string>>;

const MS = "milliseconds";
const PROCESSES = ["registration", "retrieval"] as const;
const OURS = "ours";
const THEIRS = "004";

const registrationSteps = ({ end, ledger, recorded, stored }: RegistrationMeans): readonly number[] => [
  ledger,
  stored - ledger,
  recorded - stored,
  end - recorded,
];
const retrievalSteps = ({ end, ledger, stored }: RetrievalMeans): readonly number[] => [
  ledger,
  stored - ledger,
  end - stored,
];

// One group for each size, ours beside theirs.
function groups(
  times: readonly SizeTimes[],
  ours: (each: SizeTimes) => readonly number[],
  theirs: (bytes: number) => readonly number[] | undefined,
): readonly BarGroup[] {
  return times.map((each) => {
    const other = theirs(each.bytes);
    const bars = [{ name: OURS, steps: ours(each) }, ...(other === undefined ? [] : [{ name: THEIRS, steps: other }])];
    return { bars, name: sizeText(each.bytes) };
  });
}

function stepDrawings(times: readonly SizeTimes[]): Drawings {
  return {
    "registration-steps": drawBars({
      groups: groups(
        times,
        ({ registrations }) => registrationSteps(registrationMeans(registrations)),
        (bytes) => {
          const found = publishedOf(bytes);
          return found && registrationSteps(found.registration);
        },
      ),
      steps: ["manifest on the ledger", "content stored", "receipts on the ledger", "answer"],
      title: "Registration by step, mean",
      y: MS,
    }),
    "retrieval-steps": drawBars({
      groups: groups(
        times,
        ({ retrievals }) => retrievalSteps(retrievalMeans(retrievals)),
        (bytes) => {
          const found = publishedOf(bytes)?.retrieval;
          return found && retrievalSteps(found);
        },
      ),
      steps: ["evidence of the ledger", "content", "answer"],
      title: "Retrieval by step, mean",
      y: MS,
    }),
  };
}

function totalDrawings(times: readonly SizeTimes[]): Drawings {
  const title = "each request; dashed: published mean";
  return {
    "registration-total": drawRuns({
      series: times.map(({ bytes, registrations }) => ({
        name: sizeText(bytes),
        reference: publishedOf(bytes)?.registration.end,
        values: registrations.map(({ end }) => end),
      })),
      title: `Registration until STORED, ${title}`,
      y: MS,
    }),
    "retrieval-total": drawRuns({
      series: times.map(({ bytes, retrievals }) => ({
        name: sizeText(bytes),
        reference: publishedOf(bytes)?.retrieval?.end,
        values: retrievals.map(({ end }) => end),
      })),
      title: `Retrieval, ${title}`,
      y: MS,
    }),
  };
}

function processesDrawing(times: readonly SizeTimes[]): string {
  return drawBars({
    groups: groups(
      times,
      ({ registrations, retrievals }) => [registrationMeans(registrations).end, retrievalMeans(retrievals).end],
      (bytes) => {
        const found = publishedOf(bytes);
        return found && [found.registration.end, found.retrieval?.end ?? 0];
      },
    ),
    steps: PROCESSES,
    title: "Both processes, mean",
    y: MS,
  });
}

function sizesDrawing(times: readonly SizeTimes[]): string {
  const points = (pick: (each: SizeTimes) => number | undefined) =>
    times.flatMap((each) => {
      const value = pick(each);
      return value === undefined ? [] : [[each.bytes / 1e6, value] as const];
    });
  const theirs = ({ bytes }: SizeTimes) => publishedOf(bytes);
  return drawDiagram({
    series: [
      { name: "registration", points: points(({ registrations }) => registrationMeans(registrations).end) },
      { name: "retrieval", points: points(({ retrievals }) => retrievalMeans(retrievals).end) },
      { isReference: true, name: "registration, 004", points: points((each) => theirs(each)?.registration.end) },
      { isReference: true, name: "retrieval, 004", points: points((each) => theirs(each)?.retrieval?.end) },
    ],
    title: "Time per image size, mean",
    x: "image, MB",
    y: MS,
  });
}

/** What source 004's figures 10 to 15 show: totals, steps, both processes, times per size. */
export function experimentDrawings(times: readonly SizeTimes[]): Drawings {
  const comparable = times.filter(({ bytes }) => publishedOf(bytes)?.retrieval !== undefined);
  return {
    ...totalDrawings(comparable),
    ...stepDrawings(times),
    processes: processesDrawing(comparable),
    sizes: sizesDrawing(times),
  };
}
