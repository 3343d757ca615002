import { createReadStream, createWriteStream } from "node:fs";
import { unlink } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fetchBundle } from "@firmament/cli/src/device-folder.ts";
import { fetchContent } from "@firmament/store-file";
import type { LiveConsortium } from "../live.ts";
import { digest, offerIn, offerStored } from "../retrieval.ts";
import type { RetrievalMeans } from "./published.ts";

/** When one retrieval reached each of its points, milliseconds since its start; and what the device did afterwards. */
export interface RetrievalRun extends RetrievalMeans {
  /** Milliseconds of the bundle's verification. */
  readonly verify: number;
  /** Milliseconds of the image's digests. */
  readonly hash: number;
}

const PIECE = 1_048_576;

/**
 * One retrieval: the bundle, which stands for the manifest on the ledger; the image, every piece checked by its content
 * id, into a file. What the device adds is timed apart: it verifies the bundle, and hashes the file.
 */
async function retrieveOnce(live: LiveConsortium, offered: Awaited<ReturnType<typeof offerStored>>) {
  const { device, stored } = offered;
  if (stored === undefined) throw new Error("the release of the bench is stored");
  const { url } = live.session.network.retrieval;
  const file = join(live.folder, "retrieved.bin");
  const started = performance.now();
  const since = () => performance.now() - started;
  const bundle = await fetchBundle(url, device);
  const ledger = since();
  let received = 0;
  const pieces = fetchContent([new URL(url)], stored.cid, stored.size);
  await pipeline(
    pieces,
    async function* (source: AsyncIterable<Uint8Array>) {
      yield* source;
      received = since();
    },
    createWriteStream(file),
  );
  const end = since();
  const offer = offerIn(bundle, device);
  const verified = since();
  const [sha256, sha384] = await digest(createReadStream(file, { highWaterMark: PIECE }));
  const hash = since() - verified;
  if (sha256 !== offer?.image.sha256 || sha384 !== offer.image.sha384) throw new Error("the image must be intact");
  await unlink(file);
  return { end, hash, ledger, stored: received, verify: verified - end };
}

/** Publishes a stored release and retrieves it, one time after the other. */
export async function measureRetrievals(
  live: LiveConsortium,
  release: string,
  runs: number,
): Promise<readonly RetrievalRun[]> {
  const offered = await offerStored(live, release);
  const done: RetrievalRun[] = [];
  for (let i = 0; i < runs; i++) done.push(await retrieveOnce(live, offered));
  return done;
}
