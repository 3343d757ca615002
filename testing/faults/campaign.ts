import { makeDevice } from "@firmament/cli/src/start/example-device.ts";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { DeviceFolder, fetchBundle, offerOf } from "@firmament/cli/src/device-folder.ts";
import { petition, publish, waitForState } from "@firmament/cli/src/publish.ts";
import { now, type Session } from "@firmament/cli/src/session.ts";
import { approveRelease, CHARLIE, CLASS, DELTA, VENDOR } from "@firmament/cli/src/start/people.ts";
import { type Device, type Verdict, verifyBundle } from "@firmament/core/bundle";
import { Refusal } from "@firmament/core/errors";
import { nodeCrypto } from "@firmament/crypto";

const IMAGE_BYTES = 200_000;
const SLOT_BYTES = 1_048_576;
const BUNDLE_MS = 30_000;
const RETRY_MS = 100;

type Install = Extract<Verdict["decision"], { readonly action: "install" }>;

/** Has the vendor publish a new image through the agents of one session, and two others approve it. @returns its id */
export async function published(session: Session, folder: string, version: string): Promise<string> {
  const author = await session.signer({ actor: "author", organisation: VENDOR }, "manifest");
  const image = join(folder, `${version}.bin`);
  await writeFile(image, randomBytes(IMAGE_BYTES));
  await petition(session, author, version);
  const release = await publish(session, author, {
    className: CLASS,
    dependencies: [],
    format: "raw",
    image,
    storageLocation: "slot",
    vendor: "acme",
    version,
  });
  await waitForState(session, CHARLIE, release, ["STORED"]);
  for (const organisation of [CHARLIE, DELTA]) await approveRelease(session, organisation, release);
  await waitForState(session, CHARLIE, release, ["PUBLISHED"]);
  return release;
}

/** A new device of the class, in a folder of its own. */
export async function newDevice(session: Session, folder: string): Promise<Device> {
  const { key } = await session.signer({ actor: "author", organisation: VENDOR }, "manifest");
  return makeDevice(session, folder, key, SLOT_BYTES);
}

/** What a device decides on the bundle of one retrieval agent, once that shows the release. */
export async function offered(base: string, device: Device, release: string) {
  for (const end = Date.now() + BUNDLE_MS; ; await delay(RETRY_MS)) {
    const found = await attempt(base, device);
    const { decision } = found?.verdict ?? {};
    if (found !== undefined && decision?.action === "install" && decision.live.release === release) {
      return { ...found, decision };
    }
    if (Date.now() > end) throw new Error(`no bundle of ${base} offers ${release}`);
  }
}

// A bundle follows an entry by as long as it takes enough organisations to cosign.
async function attempt(base: string, device: Device): Promise<{ bundle: Uint8Array; verdict: Verdict } | undefined> {
  try {
    const bundle = await fetchBundle(base, device);
    return { bundle, verdict: verifyBundle(bundle, { crypto: nodeCrypto, device, now: now() }) };
  } catch (cause) {
    if (cause instanceof Refusal) return undefined;
    throw cause;
  }
}

/** Installs what a retrieval agent offered, with the image from its own store. @returns how it ended */
export async function installed(
  folder: string,
  base: string,
  { bundle, decision }: { readonly bundle: Uint8Array; readonly decision: Install },
): Promise<string> {
  const { outcome } = await new DeviceFolder(folder).install(offerOf(decision), { base, bundle, time: now() });
  return outcome;
}
