import { createHash } from "node:crypto";
import { copyFile, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Device, decodeBundle, verifyBundle } from "@firmament/core/bundle";
import { Refusal } from "@firmament/core/errors";
import { nodeCrypto } from "@firmament/crypto";
import { Home } from "@firmament/server/home";
import { DeviceFolder, fetchBundle, offerOf } from "../device-folder.ts";
import { refuse } from "../errors.ts";
import { ensurePassphrase, found } from "../found.ts";
import { type EngineName, layout, parseEngine, portsNeeded } from "../layout.ts";
import { bytesText } from "../output.ts";
import { petition, publish, waitForState } from "../publish.ts";
import { allServices } from "../services.ts";
import { now, Session } from "../session.ts";
import { encodeTrustFile } from "../trust-file.ts";
import { type Cheat, cheat } from "./cheats.ts";
import {
  approveAuthor,
  approveRelease,
  CHARLIE,
  CLASS,
  createClass,
  DELTA,
  enrolEverybody,
  OPERATOR,
  ORGANISATIONS,
  VENDOR,
} from "./people.ts";
import { makeDevice } from "./example-device.ts";
import { freePorts } from "./ports.ts";
import { endServices, type RunningService, type ServiceRef, startServices } from "./processes.ts";
import { addressLines, untilSignal } from "./serve-together.ts";
import { Steps } from "./steps.ts";

export interface StartOptions {
  readonly engine: string;
  readonly out: string;
  readonly firmware?: string;
  readonly once?: boolean;
  readonly json?: boolean;
}

const FRESHNESS = 86_400;
const SAMPLE_BYTES = 552_000;
const MEBIBYTE = 1_048_576;

async function foundConsortium(home: Home, engine: EngineName): Promise<Session> {
  const ports = await freePorts(portsNeeded(engine, ORGANISATIONS));
  const actors = await found(home, {
    domain: "example.org",
    name: "registry",
    organisations: ORGANISATIONS,
    freshness: FRESHNESS,
    time: now(),
    network: layout(engine, ORGANISATIONS, ports),
  });
  const session = await Session.open(home.path);
  for (const each of actors) session.remember(each, each.purpose, each.signer);
  return session;
}

// Not random, so that the sample has the same digests everywhere; not compressible, as firmware is not.
async function sampleFirmware(path: string): Promise<string> {
  const blocks = Array.from({ length: SAMPLE_BYTES / 32 }, (_, i) =>
    createHash("sha256").update(`firmament sample ${i}`).digest(),
  );
  await writeFile(path, Buffer.concat(blocks));
  return path;
}

// Room for the image and for the ones that follow it, in whole erase blocks.
async function slotBytesFor(image: string): Promise<number> {
  const { size } = await stat(image);
  return Math.max(1, Math.ceil((2 * size) / MEBIBYTE)) * MEBIBYTE;
}

// A bundle follows an entry by as long as it takes three organisations to cosign.
async function bundleWith(session: Session, device: Device, holds: (live: number) => boolean): Promise<Uint8Array> {
  const end = Date.now() + 30_000;
  for (;;) {
    try {
      const bytes = await fetchBundle(session.network.retrieval.url, device);
      if (holds(decodeBundle(bytes).classPart.releases.length)) return bytes;
    } catch (cause) {
      if (!(cause instanceof Refusal) || Date.now() > end) throw cause;
    }
    if (Date.now() > end) throw refuse("cli/waited", "The bundle does not show the release.");
    await delay(10);
  }
}

async function publishRelease(steps: Steps, session: Session, image: string): Promise<string> {
  const author = await session.signer({ actor: "author", organisation: VENDOR }, "manifest");
  await steps.run("author proves its key and gets a token for 30 minutes", () =>
    petition(session, author, "first release"),
  );
  const release = await steps.run(
    "author signs the manifest; register agent checks, registers and stores the image",
    () =>
      publish(session, author, {
        image,
        className: CLASS,
        version: "1.0.0",
        vendor: "acme",
        storageLocation: "slot",
        format: "raw",
        dependencies: [],
      }),
    (id) => [`release ${id}`],
  );
  await steps.run(
    "other organisations fetch the image, check it and file storage receipts",
    () => waitForState(session, OPERATOR, release, ["STORED"]),
    (found) => [`stored by ${found.receipts.map((each) => each.organisation).join(" and ")}`],
  );
  await steps.run(
    "two organisations approve; the release is published",
    async () => {
      await Promise.all([CHARLIE, DELTA].map((organisation) => approveRelease(session, organisation, release)));
      return waitForState(session, OPERATOR, release, ["PUBLISHED"]);
    },
    () => [
      `in production Carla of ${CHARLIE} runs: firmament release approve ${release} --as ${CHARLIE}/approver`,
      `and Dan of ${DELTA}:                    firmament release approve ${release} --as ${DELTA}/approver`,
    ],
  );
  return release;
}

async function updateDevice(steps: Steps, session: Session, out: string, before: Device): Promise<Uint8Array> {
  const folder = new DeviceFolder(join(out, "device"));
  const time = now();
  const bundle = await steps.run(
    "three organisations cosigned; the device fetches its bundle",
    () => bundleWith(session, before, (live) => live === 1),
    (bytes) => [`${bytesText(bytes.length)}: ${join(out, "bundle.cbor")}`],
  );
  await writeFile(join(out, "bundle.cbor"), bundle);
  const verdict = await steps.run(
    "the device verifies it offline",
    () => Promise.resolve(verifyBundle(bundle, { crypto: nodeCrypto, device: before, now: time })),
    ({ checks }) => checks.map((check) => `✓ ${check}`),
  );
  if (verdict.decision.action !== "install")
    throw refuse("cli/waited", `The device decided ${verdict.decision.action}.`);
  const offer = offerOf(verdict.decision);
  await folder.remember(before, verdict);
  const outcome = await steps.run(
    "the device downloads, checks, boots on trial and confirms",
    () => folder.install(offer, { base: session.network.retrieval.url, bundle, time }),
    (result) => [`${offer.version}, ${bytesText(offer.image.size)}: ${result.outcome}`],
  );
  if (outcome.outcome !== "confirmed")
    throw outcome.refusal ?? refuse("cli/waited", `The installation was ${outcome.outcome}.`);
  return bundle;
}

async function tryToCheat(
  steps: Steps,
  session: Session,
  device: Device,
  release: string,
  before: Uint8Array,
): Promise<readonly Cheat[]> {
  await steps.run("the author's organisation revokes the release", () =>
    session.submit({ actor: "admin", organisation: VENDOR }, "release.revoke", {
      reason: "an example of a recall",
      release,
    }),
  );
  const after = await steps.run("the next bundle shows it", () => bundleWith(session, device, (live) => live === 0));
  steps.say("\n  Now somebody tries to cheat the device:");
  const cheats = cheat({ before, now: after, device, revoked: release, time: now() });
  for (const { code, name } of cheats)
    steps.say(`    ${code === "ACCEPTED" ? "ACCEPTED" : "refused "}  ${name.padEnd(40)}  ${code}`);
  if (cheats.some((each) => each.code === "ACCEPTED")) throw new Error("the device accepted a cheat");
  return cheats;
}

function addresses(session: Session, services: readonly RunningService[]): readonly string[] {
  return ["", `Ledger ${session.genesis.ledger} is up:`, ...addressLines(services)];
}

function count(services: readonly ServiceRef[]): string {
  const of = (kind: ServiceRef["kind"]) => services.filter((each) => each.kind === kind).length;
  const ledger = of("ledger") === 1 ? "ledger" : `${of("validator")} validators`;
  return `${ledger}, ${of("node")} nodes and ${of("author") + of("register") + of("retrieval")} agents`;
}

async function mainJob(steps: Steps, options: StartOptions, running: RunningService[]): Promise<object> {
  const out = relative("", resolve(options.out)) || ".";
  const home = new Home(join(out, "consortium"));
  await rm(home.path, { force: true, recursive: true });
  await rm(join(out, "device"), { force: true, recursive: true });
  await mkdir(home.path, { mode: 0o700, recursive: true });
  await ensurePassphrase(join(home.path, "passphrase"));
  const image = options.firmware ?? (await sampleFirmware(join(out, "sample-firmware.bin")));
  const session = await steps.run(
    `four organisations found a consortium: ${ORGANISATIONS.join(", ")}`,
    () => foundConsortium(home, parseEngine(options.engine)),
    ({ genesis }) => [`ledger ${genesis.ledger}`],
  );
  const services = allServices(session.network);
  running.push(...(await steps.run(`${count(services)} start`, () => startServices(home.path, services))));
  await steps.run("administrators enrol their people and services", () => enrolEverybody(session));
  await steps.run("the organisations vote for vendor acme and class sensor", () => createClass(session));
  await steps.run("the vendor's administrator approves the author key", () => approveAuthor(session));
  const { key } = await session.signer({ actor: "author", organisation: VENDOR }, "manifest");
  const slotBytes = await slotBytesFor(image);
  const device = await steps.run("a device is made: it pins trust/1 and the author's key", () =>
    makeDevice(session, join(out, "device"), key, slotBytes),
  );
  await writeFile(join(out, "trust.json"), encodeTrustFile(session.genesis.trust));
  await copyFile(join(out, "device", "device.json"), join(out, "device.json"));
  const release = await publishRelease(steps, session, image);
  const bundle = await updateDevice(steps, session, out, device);
  const cheats = await tryToCheat(steps, session, device, release, bundle);
  const { classPart } = decodeBundle(bundle);
  for (const line of summary(steps, bundle, out)) steps.say(line);
  if (options.once !== true) for (const line of addresses(session, running)) steps.say(line);
  return {
    release,
    bundleBytes: bundle.length,
    checkpointSize: classPart.size,
    steps: steps.done,
    cheats,
    totalMs: steps.elapsed,
  };
}

function summary(steps: Steps, bundle: Uint8Array, out: string): readonly string[] {
  return [
    "",
    `Done in ${(steps.elapsed / 1000).toFixed(1)} s. The device decided on ${bytesText(bundle.length)}, offline. Check it yourself:`,
    `  npx firmament verify ${join(out, "bundle.cbor")} --trust ${join(out, "trust.json")} --device ${join(out, "device.json")}`,
  ];
}

/** The main job from nothing: found, publish, update a device, try to cheat it; then serve until a signal. */
export async function start(options: StartOptions): Promise<void> {
  const running: RunningService[] = [];
  const steps = new Steps(options.json === true);
  try {
    const result = await mainJob(steps, options, running);
    if (options.json === true) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    if (options.once === true) return;
    steps.say("Press Ctrl-C to stop.");
    await untilSignal();
  } finally {
    await endServices(running);
  }
}
