import type { DatabaseSync } from "node:sqlite";
import { unlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { closing, petition, publish, waitForState } from "@firmament/cli/src/publish.ts";
import { VENDOR } from "@firmament/cli/src/start/people.ts";
import { tables } from "@firmament/core/registry";
import { currentRecord } from "@firmament/replica";
import { AUTHOR, CLASS, nextVersion, OPERATOR, publicationOf } from "../example.ts";
import { freshImage } from "../image.ts";
import type { LiveConsortium } from "../live.ts";
import type { RegistrationMeans } from "./published.ts";

/** When one registration reached each of its points, milliseconds since its start. */
export type RegistrationRun = RegistrationMeans;

/** Registrations of images of one size. */
export interface Registrations {
  readonly runs: readonly RegistrationRun[];
  /** The release of the last run, which is stored and not approved. */
  readonly release: string;
}

const POLL_MS = 4;
const WAIT_MS = 60_000;

async function untilShown(database: DatabaseSync, version: string): Promise<void> {
  for (const end = Date.now() + WAIT_MS; Date.now() < end; await delay(POLL_MS)) {
    if (currentRecord(database, tables.version, CLASS, version) !== undefined) return;
  }
  throw new Error(`the operator's replica does not show version ${version}`);
}

/**
 * One registration, from before the author reads the image. Its end is when the author has its answer, and both the
 * operator's and the author's own organisation's replica show the release as STORED.
 */
async function registerOnce(live: LiveConsortium, image: string): Promise<RegistrationRun & { release: string }> {
  const { session } = live;
  const author = await session.signer(AUTHOR, "manifest");
  const version = nextVersion();
  using replica = closing(session.replica(OPERATOR));
  const started = performance.now();
  const since = () => performance.now() - started;
  const publishing = publish(session, author, publicationOf(image, version)).then((release) => ({
    release,
    stored: since(),
  }));
  const shown = untilShown(replica.value, version).then(since);
  const [ledger, { release, stored }] = await Promise.all([shown, publishing]);
  await waitForState(session, OPERATOR, release, ["STORED"], WAIT_MS);
  const recorded = since();
  await waitForState(session, VENDOR, release, ["STORED"], WAIT_MS);
  // The operator's replica may show an entry after the agent has answered.
  return { end: since(), ledger, recorded, release, stored: Math.max(ledger, stored) };
}

/** Registers images of one size, one after the other, a fresh one each time. */
export async function measureRegistrations(live: LiveConsortium, bytes: number, runs: number): Promise<Registrations> {
  const author = await live.session.signer(AUTHOR, "manifest");
  await petition(live.session, author, `images of ${bytes} bytes`);
  const done: RegistrationRun[] = [];
  let last = "";
  for (let i = 0; i < runs; i++) {
    const image = await freshImage(join(live.folder, "image.bin"), bytes);
    const { release, ...run } = await registerOnce(live, image);
    done.push(run);
    await unlink(image);
    last = release;
  }
  return { release: last, runs: done };
}
