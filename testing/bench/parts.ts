import { buildDiagram, buildPart } from "./bundle-build.ts";
import type { Diagram } from "./curve.ts";
import type { Part } from "./figure.ts";
import { foldDiagram, foldPart, measureFold } from "./fold.ts";
import { measureLedger, sizesPart, verifyPart } from "./ledger.ts";
import { LiveConsortium } from "./live.ts";
import { measureMemory, memoryPart } from "./memory.ts";
import { measureRegistration, registrationDiagram, registrationPart, type RegistrationTimes } from "./registration.ts";
import { measureRetrieval, retrievalDiagram, retrievalPart, type RetrievalTimes } from "./retrieval.ts";
import type { Scale } from "./scale.ts";
import { measureStart, startPart } from "./start.ts";

export const partNames = ["start", "memory", "registration", "retrieval", "fold", "bundle"] as const;
type PartName = (typeof partNames)[number];

export interface BenchOptions {
  readonly only: ReadonlySet<PartName>;
  /** Registrations of each image size. */
  readonly runs: number;
  readonly scale: Scale;
}

/** A part's figures, its curves where it has some, and what they were computed from. */
export interface Measured {
  readonly name: string;
  readonly part: Part;
  readonly data: unknown;
  readonly diagram?: Diagram;
}

/** Bytes: source 004's firmware images, and one that is far larger than what a process may hold. */
const IMAGES = [552_000, 9_500_000, 15_400_000, 36_100_000];
const LARGE = 500_000_000;
const KEYS = [1000, 10_000, 100_000, 1_000_000];

// Memory first: what idle means is spoilt by images that passed before.
async function* measureLive({ only, runs }: BenchOptions): AsyncGenerator<Measured> {
  await using live = await LiveConsortium.start();
  if (only.has("memory")) {
    const data = await measureMemory(live, LARGE);
    yield { data, name: "memory", part: memoryPart(LARGE, data) };
  }
  if (!only.has("registration") && !only.has("retrieval")) return;
  const registrations: RegistrationTimes[] = [];
  const retrievals: RetrievalTimes[] = [];
  for (const bytes of IMAGES) {
    const registration = await measureRegistration(live, bytes, only.has("registration") ? runs : 1);
    registrations.push(registration);
    if (only.has("retrieval")) retrievals.push(await measureRetrieval(live, registration.release, runs));
  }
  if (only.has("registration")) {
    const [part, diagram] = [registrationPart(registrations), registrationDiagram(registrations)];
    yield { data: registrations, diagram, name: "registration", part };
  }
  if (only.has("retrieval")) {
    const [part, diagram] = [retrievalPart(retrievals), retrievalDiagram(retrievals)];
    yield { data: retrievals, diagram, name: "retrieval", part };
  }
}

/** Measures the parts that are wanted, one after the other; the ledger that leaves a large process behind comes last. */
export async function* measureParts(options: BenchOptions): AsyncGenerator<Measured> {
  const { only, scale } = options;
  if (only.has("start")) {
    const data = await measureStart();
    yield { data, name: "start", part: startPart(data) };
  }
  if (["memory", "registration", "retrieval"].some((name) => only.has(name as PartName))) yield* measureLive(options);
  if (only.has("fold")) {
    const data = await measureFold(KEYS);
    yield { data: { ...data, sample: undefined }, diagram: foldDiagram(data), name: "fold", part: foldPart(data) };
  }
  if (only.has("bundle")) {
    const { build, ...data } = await measureLedger(scale);
    yield { data, name: "sizes", part: sizesPart({ build, ...data }) };
    yield { data: data.verify, name: "verify", part: verifyPart({ build, ...data }) };
    yield { data: build, diagram: buildDiagram(build), name: "bundle", part: buildPart(build) };
  }
}
