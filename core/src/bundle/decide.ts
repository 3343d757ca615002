import { fromBigEndian, utf8 } from "../bytes/index.ts";
import { Refusal } from "../errors/index.ts";
import type { Crypto } from "../keys/index.ts";
import { compareVersions, type Manifest } from "../manifest/index.ts";
import type { ClassPolicy, Head, LiveRelease, Rollout } from "../registry/index.ts";
import type { Device } from "./device.ts";
import { refuse } from "./errors.ts";
import type { ProvenRelease } from "./releases.ts";

/** What a device does about the releases of its class; refusing one is an outcome, not a fault. */
export type Decision =
  | {
      readonly action: "install";
      readonly live: LiveRelease;
      readonly manifest: Manifest;
      /** The class's floor, a sequence number, 0 for none: it gates installing, never booting. */
      readonly floor: number;
    }
  | { readonly action: "current" }
  | { readonly action: "refuse"; readonly refusal: Refusal };

/** What the decision rests on, all of it proven. */
export interface Situation {
  readonly device: Device;
  readonly head: Head;
  readonly policy: ClassPolicy;
  readonly releases: readonly ProvenRelease[];
  /** Groups that the device belongs to: of its record where the class is targeted, its own otherwise. */
  readonly groups: readonly string[];
  /** Seconds since 1970. */
  readonly now: number;
}

/** The device's place in a rollout, 0 … 999: SHA-256 over purpose, salt and id, first 4 bytes, modulo 1000 (PROTOCOL B-17). */
export function bucketOf(crypto: Crypto, salt: string, device: string): number {
  const hash = crypto.sha256(utf8(`firmament-rollout/v1\n${salt}\n${device}\n`));
  return fromBigEndian(hash.subarray(0, 4)) % 1000;
}

function inRollout(crypto: Crypto, rollout: Rollout | undefined, device: Device, groups: readonly string[]): boolean {
  if (rollout === undefined) return true;
  const named = rollout.groups.length === 0 || rollout.groups.some((group) => groups.includes(group));
  return named && bucketOf(crypto, rollout.salt, device.id) < rollout.permille;
}

// PROTOCOL B-17: whether the release is offered to this device at all, now.
function unavailable(crypto: Crypto, found: ProvenRelease, situation: Situation): Refusal | undefined {
  const { heldUntil, release, rollout } = found.live;
  if (heldUntil !== undefined && heldUntil > situation.now) return refuse("offer/held", `Until ${heldUntil}.`);
  if (!inRollout(crypto, rollout, situation.device, situation.groups)) return refuse("offer/outside-rollout", release);
  return undefined;
}

// PROTOCOL B-18: whether it is newer than what runs.
function notNewer({ live }: ProvenRelease, { device }: Situation): Refusal | undefined {
  const { installed } = device;
  if (live.sequence <= installed.sequence || live.sequence < device.counter) {
    return refuse(
      "offer/sequence",
      `Got ${live.sequence}, installed ${installed.sequence}, counter ${device.counter}.`,
    );
  }
  if (compareVersions(device.versions, live.version, installed.version) <= 0) {
    return refuse("offer/version", `Got ${live.version}, installed ${installed.version}.`);
  }
  return undefined;
}

function inWindow(policy: ClassPolicy, now: number): boolean {
  if (policy.windows === undefined) return true;
  const week = 10_080;
  // 1970-01-01 was a Thursday; windows count minutes from Monday 00:00 UTC.
  const minute = (Math.floor(now / 60) + 3 * 1440) % week;
  return policy.windows.some(({ length, start }) => (minute - start + week) % week < length);
}

// PROTOCOL B-19: whether the release fits this device and its moment.
function unfit({ live, manifest }: ProvenRelease, { device, head, now, policy }: Situation): Refusal | undefined {
  const floor = head.floor ?? 0;
  if (live.sequence < floor) return refuse("offer/floor", `Got ${live.sequence}, the floor is ${floor}.`);
  if ((manifest.vendorID ?? device.vendor) !== device.vendor) return refuse("offer/vendor", manifest.vendorID);
  if (!device.storageLocations.includes(manifest.storageLocation))
    return refuse("offer/storage-location", manifest.storageLocation);
  if (!device.formats.includes(manifest.payloadFormat)) return refuse("offer/format", manifest.payloadFormat);
  if (!device.wrappers.includes(manifest.encryptionWrapper.scheme))
    return refuse("offer/format", manifest.encryptionWrapper.scheme);
  if (manifest.payloadProcessing !== undefined) return refuse("offer/format", "payloadProcessing");
  const missing = manifest.dependencies.find(({ classID, versionID }) => !isInstalled(device, classID, versionID));
  if (missing !== undefined) return refuse("offer/dependency", `${missing.classID} ${missing.versionID}`);
  const unsafe = policy.safeState?.find((state) => !device.safeState.includes(state));
  if (unsafe !== undefined) return refuse("offer/safe-state", unsafe);
  return inWindow(policy, now) ? undefined : refuse("offer/window", `At ${now}.`);
}

function isInstalled(device: Device, className: string, version: string): boolean {
  const part = device.inventory.find((each) => each.className === className);
  if (part === undefined) return false;
  try {
    return compareVersions(part.versions, part.version, version) >= 0;
  } catch (cause) {
    if (cause instanceof Refusal) return false;
    throw cause;
  }
}

function judged(crypto: Crypto, found: ProvenRelease, situation: Situation): Decision {
  const refusal =
    unavailable(crypto, found, situation) ?? notNewer(found, situation) ?? found.problem ?? unfit(found, situation);
  return refusal === undefined
    ? { action: "install", live: found.live, manifest: found.manifest, floor: situation.head.floor ?? 0 }
    : { action: "refuse", refusal };
}

// PROTOCOL B-16: a release that the caller holds in hand has its own reason to be refused.
function decideOne(crypto: Crypto, wanted: string, situation: Situation): Decision {
  const found = situation.releases.find((each) => each.live.release === wanted);
  if (found !== undefined) return judged(crypto, found, situation);
  const stopped = situation.head.stopped.find((each) => each.release === wanted);
  if (stopped === undefined) return { action: "refuse", refusal: refuse("offer/not-live", wanted) };
  return {
    action: "refuse",
    refusal: refuse(stopped.state === "REVOKED" ? "offer/revoked" : "offer/withdrawn", wanted),
  };
}

// What runs is live itself, and nothing above it is offered: a canary that others do not get any more.
function runs({ installed }: Device, releases: readonly ProvenRelease[], offered: number): boolean {
  return releases.some(({ live }) => live.sequence === installed.sequence) && offered <= installed.sequence;
}

/**
 * Chooses the newest release that is offered to this device, or judges the one that is `wanted` (PROTOCOL B-16 … B-19).
 */
export function decide(crypto: Crypto, situation: Situation, wanted: string | undefined): Decision {
  if (wanted !== undefined) return decideOne(crypto, wanted, situation);
  const { device, releases } = situation;
  const newestFirst = [...releases].reverse();
  const offered = newestFirst.find((each) => unavailable(crypto, each, situation) === undefined);
  if (offered === undefined) {
    const [newest] = newestFirst;
    const reason = newest === undefined ? undefined : unavailable(crypto, newest, situation);
    if (reason !== undefined && newest !== undefined && newest.live.sequence > device.installed.sequence) {
      return { action: "refuse", refusal: reason };
    }
    return device.installed.sequence > 0
      ? { action: "current" }
      : { action: "refuse", refusal: refuse("offer/none", device.className) };
  }
  if (runs(device, releases, offered.live.sequence)) return { action: "current" };
  return judged(crypto, offered, situation);
}
