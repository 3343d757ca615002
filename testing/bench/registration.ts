import { unlink } from "node:fs/promises";
import { join } from "node:path";
import { describeImage } from "@firmament/cli/src/image.ts";
import { petition, publish, waitForState } from "@firmament/cli/src/publish.ts";
import { type BarePasses, barePasses, RawServer } from "./bare.ts";
import type { Diagram } from "./curve.ts";
import type { Figure, Part } from "./figure.ts";
import { freshImage } from "./image.ts";
import { AUTHOR, nextVersion, OPERATOR, publicationOf } from "./example.ts";
import type { LiveConsortium } from "./live.ts";
import { median, quantile, timedAsync } from "./statistics.ts";

/** One registration, milliseconds since its start. */
interface Run {
  /** The image described, apart: a part of the time until the answer. */
  readonly described: number;
  /** The author agent has answered, and the vendor's own replica shows the release. */
  readonly answered: number;
  readonly stored: number;
  readonly bare: BarePasses;
}

/** Registrations of images of one size. */
export interface RegistrationTimes {
  readonly bytes: number;
  readonly runs: readonly Run[];
  /** The release of the last run, which is stored and not approved. */
  readonly release: string;
}

/** Copies that STORED waits for: the operator's, by the register agent, and one other organisation's. */
const COPIES = 2;
/** Serial commits: the registration, its block at the other node, that node's receipt, its block at the operator's. */
const COMMITS = 4;
const COMMIT_MS = 15;
const AIM_RATIO = 1.5;

/**
 * What the flow does to the bytes until STORED. CLI: SHA-256, SHA-384, SHA-256 of pieces. Register agent: pieces,
 * SHA-256, SHA-384, one durable write. Operator's node: pieces, HMAC, and pieces again while it serves. Other node:
 * pieces, SHA-256, HMAC and one durable write. Transfers: CLI to author agent, author agent to register agent,
 * operator's node to the other.
 */
const PASSES: BarePasses = { hmac: 2, sha256: 8, sha384: 2, transfer: 3, write: 2 };
const ONE_COPY: BarePasses = { hmac: 1, sha256: 1, sha384: 1, transfer: 1, write: 1 };

const KINDS = ["sha256", "sha384", "hmac", "write", "transfer"] as const;

function floorMs(runs: readonly Run[], passes: BarePasses): number {
  return KINDS.reduce((sum, kind) => sum + passes[kind] * median(runs.map(({ bare }) => bare[kind])), 0);
}

async function registerOnce(live: LiveConsortium, image: string): Promise<Omit<Run, "bare"> & { release: string }> {
  const { session } = live;
  const author = await session.signer(AUTHOR, "manifest");
  const described = await timedAsync(() => describeImage(image));
  const started = performance.now();
  const release = await publish(session, author, publicationOf(image, nextVersion()));
  const answered = performance.now() - started;
  await waitForState(session, OPERATOR, release, ["STORED"]);
  return { answered, described, release, stored: performance.now() - started };
}

/** Registers images of one size, a fresh one for each run, each beside its bare passes. */
export async function measureRegistration(
  live: LiveConsortium,
  bytes: number,
  runs: number,
): Promise<RegistrationTimes> {
  const author = await live.session.signer(AUTHOR, "manifest");
  await petition(live.session, author, `images of ${bytes} bytes`);
  const done: Run[] = [];
  let last = "";
  for (let i = 0; i < runs; i++) {
    const image = await freshImage(join(live.folder, "image.bin"), bytes);
    const { release, ...times } = await registerOnce(live, image);
    await using server = await RawServer.start(image);
    done.push({ ...times, bare: await barePasses(image, server) });
    await unlink(image);
    last = release;
  }
  return { bytes, release: last, runs: done };
}

const megabytes = (bytes: number): string => `${bytes / 1e6} MB`;

function figuresOf({ bytes, runs }: RegistrationTimes): readonly Figure[] {
  const floor = floorMs(runs, ONE_COPY) * COPIES;
  const of = (pick: (run: Run) => number, share: number) => quantile(runs.map(pick), share);
  const stored = of((run) => run.stored, 0.5);
  const allowed = AIM_RATIO * floor + COMMIT_MS * COMMITS;
  const text = `≤ ${AIM_RATIO} × floor + ${COMMITS} × ${COMMIT_MS} ms = ${allowed.toFixed(0)} ms`;
  return [
    {
      what: `${megabytes(bytes)} stored, p50`,
      value: stored,
      unit: "ms",
      floor,
      bound: { kind: "aim", text, holds: stored <= allowed },
    },
    { what: "  p95", value: of((run) => run.stored, 0.95), unit: "ms", floor },
    { what: "  beside every pass that the flow makes", value: stored, unit: "ms", floor: floorMs(runs, PASSES) },
    { what: "  answered and registered, p50", value: of((run) => run.answered, 0.5), unit: "ms" },
    { what: "  its image described, p50", value: of((run) => run.described, 0.5), unit: "ms" },
  ];
}

export function registrationPart(times: readonly RegistrationTimes[]): Part {
  const passes = KINDS.map((kind) => `${PASSES[kind]} ${kind}`).join(", ");
  return {
    title: "registration until STORED: author, three agents and four nodes as processes",
    figures: times.flatMap(figuresOf),
    notes: [
      `${times[0]?.runs.length ?? 0} runs of each size, a fresh image each; floor: SHA-256, SHA-384, HMAC, durable write and raw`,
      `node:http transfer bare, one after the other, for each of the ${COPIES} copies that STORED waits for (a third is made beside them);`,
      `passes that the flow makes until then: ${passes}`,
    ],
  };
}

export function registrationDiagram(times: readonly RegistrationTimes[]): Diagram {
  const points = (of: (each: RegistrationTimes) => number) =>
    times.map((each) => [each.bytes / 1e6, of(each)] as const);
  const stored = (share: number) =>
    points(({ runs }) =>
      quantile(
        runs.map((run) => run.stored),
        share,
      ),
    );
  const floor = (each: RegistrationTimes) => floorMs(each.runs, ONE_COPY) * COPIES;
  return {
    title: "Registration until STORED",
    x: "image, MB",
    y: "milliseconds",
    series: [
      { name: "p50", points: stored(0.5) },
      { name: "p95", points: stored(0.95) },
      { name: "floor", isReference: true, points: points(floor) },
      { name: "aim", isReference: true, points: points((each) => AIM_RATIO * floor(each) + COMMIT_MS * COMMITS) },
    ],
  };
}
