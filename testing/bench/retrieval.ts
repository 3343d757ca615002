import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fetchBundle, offerOf } from "@firmament/cli/src/device-folder.ts";
import { waitForState } from "@firmament/cli/src/publish.ts";
import { now } from "@firmament/cli/src/session.ts";
import { approveRelease } from "@firmament/cli/src/start/people.ts";
import { decodeDevice, type Device, verifyBundle } from "@firmament/core/bundle";
import { Refusal } from "@firmament/core/errors";
import type { Offer } from "@firmament/core/update";
import { nodeCrypto } from "@firmament/crypto";
import { fetchContent } from "@firmament/store-file";
import { setTimeout as delay } from "node:timers/promises";
import { RawServer } from "./bare.ts";
import type { Diagram } from "./curve.ts";
import { CHARLIE, DELTA, OPERATOR } from "./example.ts";
import type { Figure, Part } from "./figure.ts";
import type { LiveConsortium } from "./live.ts";
import { median, quantile, timedAsync } from "./statistics.ts";

/** One retrieval and one raw transfer with the same digests, milliseconds. */
interface Run {
  readonly device: number;
  readonly raw: number;
}

/** Retrievals of one image. */
export interface RetrievalTimes {
  readonly bytes: number;
  readonly runs: readonly Run[];
}

const AIM = 0.8;
const WAIT_MS = 30_000;

/** What a device checks of an image beside its content id. */
export async function digest(source: AsyncIterable<Uint8Array>): Promise<readonly [string, string]> {
  const [sha256, sha384] = [createHash("sha256"), createHash("sha384")];
  for await (const chunk of source) {
    sha256.update(chunk);
    sha384.update(chunk);
  }
  return [sha256.digest("hex"), sha384.digest("hex")];
}

/** What a bundle lets a device install. @throws Refusal */
export function offerIn(bundle: Uint8Array, device: Device): Offer | undefined {
  const { decision } = verifyBundle(bundle, { crypto: nodeCrypto, device, now: now() });
  return decision.action === "install" ? offerOf(decision) : undefined;
}

async function decide(url: string, device: Device): Promise<Offer | undefined> {
  return offerIn(await fetchBundle(url, device), device);
}

async function retrieve(url: string, device: Device): Promise<void> {
  const offer = await decide(url, device);
  if (offer?.stored === undefined) throw new Error("the device of the bench must install");
  const { image, stored } = offer;
  const [sha256, sha384] = await digest(fetchContent([new URL(url)], stored.cid, stored.size));
  if (sha256 !== image.sha256 || sha384 !== image.sha384) throw new Error("the image of the bench must be intact");
}

// The device's three digests, over the same pieces, in a loop that verifies nothing else.
async function retrieveRaw(server: RawServer): Promise<void> {
  const hashes = [createHash("sha256"), createHash("sha256"), createHash("sha384")];
  await server.fetch((chunk) => {
    for (const hash of hashes) hash.update(chunk);
  });
  for (const hash of hashes) hash.digest();
}

// A bundle shows a release once three organisations have cosigned.
async function untilOffered(url: string, device: Device, release: string): Promise<void> {
  for (const end = Date.now() + WAIT_MS; Date.now() < end; await delay(20)) {
    try {
      if ((await decide(url, device))?.release === release) return;
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
    }
  }
  throw new Error(`no bundle offers ${release}`);
}

/** Publishes a stored release, and waits until the example's device may install it. */
export async function offerStored(live: LiveConsortium, release: string) {
  const { folder, session } = live;
  const device = decodeDevice(Uint8Array.from(await readFile(join(folder, "device.json"))));
  for (const organisation of [CHARLIE, DELTA]) await approveRelease(session, organisation, release);
  const { stored } = await waitForState(session, OPERATOR, release, ["PUBLISHED"]);
  await untilOffered(session.network.retrieval.url, device, release);
  return { device, stored };
}

/** Publishes a stored release, and retrieves its image as a device does, each time beside a raw transfer. */
export async function measureRetrieval(live: LiveConsortium, release: string, runs: number): Promise<RetrievalTimes> {
  const { session } = live;
  const { url } = session.network.retrieval;
  const { device, stored } = await offerStored(live, release);
  const file = join(session.home.contentFolder(OPERATOR), "content", stored?.cid ?? "");
  await using server = await RawServer.start(file);
  const done: Run[] = [];
  for (let i = 0; i < runs; i++) {
    const raw = await timedAsync(() => retrieveRaw(server));
    done.push({ device: await timedAsync(() => retrieve(url, device)), raw });
  }
  return { bytes: stored?.size ?? 0, runs: done };
}

function figuresOf({ bytes, runs }: RetrievalTimes): readonly Figure[] {
  const rate = (pick: (run: Run) => number) => bytes / 1000 / median(runs.map(pick));
  const [value, floor] = [rate((run) => run.device), rate((run) => run.raw)];
  const bound = { kind: "aim", text: `ratio ≥ ${AIM}`, holds: value / floor >= AIM } as const;
  return [
    { what: `${bytes / 1e6} MB, p50`, value, unit: "MB/s", floor, bound },
    {
      what: "  p95",
      value:
        bytes /
        1000 /
        quantile(
          runs.map((run) => run.device),
          0.95,
        ),
      unit: "MB/s",
    },
  ];
}

export function retrievalPart(times: readonly RetrievalTimes[]): Part {
  return {
    title: "retrieval by a device: bundle, verification, image by content id, its digests",
    figures: times.flatMap(figuresOf),
    notes: [
      `${times[0]?.runs.length ?? 0} runs of each size; floor: the stored file over raw node:http from another process, with the same`,
      "three digests (content id, SHA-256, SHA-384); the simulated flash is left out of both",
    ],
  };
}

export function retrievalDiagram(times: readonly RetrievalTimes[]): Diagram {
  const points = (pick: (run: Run) => number) =>
    times.map(({ bytes, runs }) => [bytes / 1e6, bytes / 1000 / median(runs.map(pick))] as const);
  return {
    title: "Retrieval by a device",
    x: "image, MB",
    y: "MB per second",
    series: [
      { name: "device", points: points((run) => run.device) },
      { name: "floor: raw node:http", isReference: true, points: points((run) => run.raw) },
    ],
  };
}
