import type { Figure, Part } from "../figure.ts";
import { quantile } from "../statistics.ts";
import { numberText, table } from "../table.ts";
import type { SizeTimes } from "./experiment.ts";
import { published, type Published, type RegistrationMeans, type RetrievalMeans } from "./published.ts";
import type { RegistrationRun } from "./registration-points.ts";
import type { RetrievalRun } from "./retrieval-points.ts";

/** How many times faster than source 004 a network has to be: at its smallest image, and at the larger ones. */
const AIMS = { large: 10, small: 6 } as const;
const SMALL_BYTES = 552_000;

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

export function publishedOf(bytes: number): Published | undefined {
  return published.find((each) => each.bytes === bytes);
}

/** Image size as people say it. */
export function sizeText(bytes: number): string {
  return bytes < 1e6 ? `${bytes / 1000} KB` : `${bytes / 1e6} MB`;
}

export function registrationMeans(runs: readonly RegistrationRun[]): RegistrationMeans {
  const of = (pick: (run: RegistrationRun) => number) => mean(runs.map(pick));
  return {
    end: of((run) => run.end),
    ledger: of((run) => run.ledger),
    recorded: of((run) => run.recorded),
    stored: of((run) => run.stored),
  };
}

export function retrievalMeans(runs: readonly RetrievalRun[]): RetrievalMeans {
  const of = (pick: (run: RetrievalRun) => number) => mean(runs.map(pick));
  return { end: of((run) => run.end), ledger: of((run) => run.ledger), stored: of((run) => run.stored) };
}

function aimed(figure: Figure, bytes: number, theirs: number | undefined): Figure {
  if (theirs === undefined || bytes < SMALL_BYTES) return figure;
  const times = bytes === SMALL_BYTES ? AIMS.small : AIMS.large;
  const text = `≥ ${times} × faster than ${theirs} ms`;
  return { ...figure, bound: { holds: figure.value * times <= theirs, kind: "aim", text } };
}

function figuresOf(times: SizeTimes, isTuned: boolean): readonly Figure[] {
  const { bytes, peak, processes, registrations, retrievals } = times;
  const theirs = publishedOf(bytes);
  const judged = (figure: Figure, other: number | undefined) => (isTuned ? aimed(figure, bytes, other) : figure);
  const registered = registrations.map(({ end }) => end);
  const retrieved = retrievals.map(({ end }) => end);
  const device = retrievals.map(({ hash, verify }) => hash + verify);
  const size = sizeText(bytes);
  return [
    judged(
      { what: `${size} registered until STORED, p50`, value: quantile(registered, 0.5), unit: "ms" },
      theirs?.registration.p50,
    ),
    { what: "  p95", value: quantile(registered, 0.95), unit: "ms" },
    judged({ what: `${size} retrieved, p50`, value: quantile(retrieved, 0.5), unit: "ms" }, theirs?.retrieval?.p50),
    { what: "  p95", value: quantile(retrieved, 0.95), unit: "ms" },
    { what: "  device in addition: verification and digests, p50", value: quantile(device, 0.5), unit: "ms" },
    { what: `  peak memory of ${processes} processes, sum`, value: peak / 1e6, unit: "MB" },
  ];
}

const both = (ours: number, theirs: number | undefined): string =>
  `${numberText(ours)} / ${theirs === undefined ? "-" : numberText(theirs)}`;

function registrationRow({ bytes, registrations }: SizeTimes): readonly string[] {
  const [ours, theirs] = [registrationMeans(registrations), publishedOf(bytes)?.registration];
  const faster = theirs === undefined ? "" : `${(theirs.end / ours.end).toFixed(1)} ×`;
  return [
    sizeText(bytes),
    both(ours.ledger, theirs?.ledger),
    both(ours.stored, theirs?.stored),
    both(ours.recorded, theirs?.recorded),
    both(ours.end, theirs?.end),
    faster,
  ];
}

function retrievalRow({ bytes, retrievals }: SizeTimes): readonly string[] {
  const [ours, theirs] = [retrievalMeans(retrievals), publishedOf(bytes)?.retrieval];
  const faster = theirs === undefined ? "" : `${(theirs.end / ours.end).toFixed(1)} ×`;
  const device = `${numberText(mean(retrievals.map(({ verify }) => verify)))} + ${numberText(mean(retrievals.map(({ hash }) => hash)))}`;
  return [
    sizeText(bytes),
    both(ours.ledger, theirs?.ledger),
    both(ours.stored, theirs?.stored),
    both(ours.end, theirs?.end),
    faster,
    device,
  ];
}

/** The experiment's figures, and its points in time beside those that were published. */
export function experimentPart(times: readonly SizeTimes[], name: string, isTuned: boolean): Part {
  const registration = ["registration", "ledger", "+ content", "+ receipts on the ledger", "end", "faster"];
  const retrieval = ["retrieval", "ledger", "+ content", "end", "faster", "device: verify + hash"];
  return {
    title: `source 004's experiment on four organisations, ${name}`,
    figures: times.flatMap((each) => figuresOf(each, isTuned)),
    notes: [
      `${times[0]?.registrations.length ?? 0} requests of each size, one after the other; means in ms since the request's start, ours / published:`,
      ...table(registration, times.map(registrationRow)).split("\n"),
      ...table(retrieval, times.map(retrievalRow)).split("\n"),
      "Ours begins before the author reads the image, and ends at STORED: two organisations hold it and say so on the ledger.",
      "Theirs begins once the author agent has the upload, and ends with one copy. Retrieval: bundle, image into a file.",
    ],
  };
}
