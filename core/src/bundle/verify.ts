import { toBase64url } from "../bytes/index.ts";
import type { Refusal } from "../errors/index.ts";
import type { Crypto } from "../keys/index.ts";
import type { Head } from "../registry/index.ts";
import { assertTrustChain, decodeTrustRoot, type TrustPin, type TrustStep } from "../trust/index.ts";
import { assertCosignatures, assertNonce } from "./cosigners.ts";
import { type Decision, decide } from "./decide.ts";
import type { Device } from "./device.ts";
import { refuse } from "./errors.ts";
import { decodeBundle } from "./format.ts";
import { assertFresh, type Exposure, exposureOf } from "./freshness.ts";
import { assertForward, assertLastEntry, assertLedger } from "./history.ts";
import { assertExactQuorum, provenClass, provenDevice } from "./records.ts";
import { provenReleases } from "./releases.ts";

/** What a verification rests on besides the bundle; nothing else is looked at. */
export interface VerifyOptions {
  readonly crypto: Crypto;
  readonly device: Device;
  /** The device's clock, seconds since 1970. */
  readonly now: number;
  /** Register transaction id of the release that is at hand, base64url; the newest fitting one otherwise. */
  readonly wanted?: string;
}

/** The verdict on a bundle that was accepted. */
export interface Verdict {
  readonly decision: Decision;
  /** What the device stores before it acts, so that nothing older is accepted again. */
  readonly next: { readonly ledger: string; readonly trust: TrustPin; readonly seen: Device["seen"] };
  readonly exposure: Exposure;
  /** Why what runs on the device should no longer run: its release was revoked or withdrawn. */
  readonly alarm: Refusal | undefined;
  /** The checks that were made, in their order, for people. */
  readonly checks: readonly string[];
}

/**
 * Verifies a bundle offline: the ordered list of checks is docs/PROTOCOL.md, clauses B-3 to B-19.
 *
 * @param bytes the bundle as it was received, from anywhere
 * @throws Refusal with the code of the first check that fails; a release that must not be installed by this
 * device is a {@link Decision} and no exception
 */
export function verifyBundle(bytes: Uint8Array, { crypto, device: given, now: clock, wanted }: VerifyOptions): Verdict {
  const { classPart: part, devicePart: own } = decodeBundle(bytes);
  const trust = assertTrustChain(crypto, given.trust, part.trust);
  const restart = restarted(crypto, given, part.trust);
  const device = restart ? { ...given, seen: nothingSeen } : given;
  // What moved a monotonic clock ahead is forgotten as well: it starts again from the entry.
  const now = restart && given.clock === "monotonic" ? part.entry.time : clock;
  const { document } = trust;
  if (part.entry.trust !== document.version)
    throw refuse("bundle/trust-version", `${part.entry.trust}, ${document.version}.`);
  const sameLedger = assertLedger(device, document, part.origin);
  assertForward(crypto, device, document, part, sameLedger);
  assertCosignatures(crypto, document, part);
  assertLastEntry(crypto, part);
  assertFresh(device, part.entry.time, now, document.freshness);
  if (device.clock === "none") assertNonce(crypto, document, part, device.nonce, own);
  else if ((own?.nonces.length ?? 0) > 0) throw refuse("bundle/surplus", "Nonce signatures.");
  const proven = provenClass(crypto, device, part);
  const freshness = Math.min(document.freshness, proven.policy.freshness);
  assertFresh(device, part.entry.time, now, freshness);
  assertExactQuorum(document, proven.policy, part);
  const record = provenDevice(crypto, device, proven.policy, part, own);
  if (own !== undefined && record === undefined && own.nonces.length === 0)
    throw refuse("bundle/surplus", "An empty device part.");
  const releases = provenReleases(crypto, device, part, proven);
  const time = Math.max(device.clock === "none" ? 0 : now, part.entry.time);
  const situation = {
    device,
    head: proven.head,
    policy: proven.policy,
    releases,
    groups: record?.groups ?? device.groups,
    now: time,
  };
  return {
    decision: decide(crypto, situation, wanted),
    next: {
      ledger: part.origin,
      trust: { digest: trust.digest, version: document.version },
      seen: { root: toBase64url(part.root), size: part.size, time: part.entry.time },
    },
    exposure: exposureOf(device.clock, freshness, document.freshness),
    alarm: alarmOf(device, proven.head),
    checks: describe(part.trust.length, part.cosignatures.length, part.size, releases.length, record !== undefined),
  };
}

const nothingSeen: Device["seen"] = { root: toBase64url(new Uint8Array(32)), size: 0, time: 0 };

// PROTOCOL R-9: only the offline root keys can make a device forget what a captured quorum made it see.
function restarted(crypto: Crypto, { trust }: Device, steps: readonly TrustStep[]): boolean {
  return steps.slice(trust.version).some((step) => decodeTrustRoot(crypto, step.document).document.restart === true);
}

function alarmOf(device: Device, head: Head): Refusal | undefined {
  const stopped = head.stopped.find((each) => each.release === device.installed.release);
  if (stopped === undefined) return undefined;
  return refuse(stopped.state === "REVOKED" ? "offer/revoked" : "offer/withdrawn", stopped.release);
}

function describe(
  trust: number,
  cosignatures: number,
  size: number,
  releases: number,
  record: boolean,
): readonly string[] {
  return [
    `trust chain trust/1 … trust/${trust}, through the pinned trust root`,
    `${cosignatures} organisations cosigned checkpoint ${size}`,
    `entry ${size - 1} is the last one and fresh`,
    `class head, policy and author entitlements proven in the state${record ? ", and the device's own record" : ""}`,
    `${releases} manifest${releases === 1 ? "" : "s"} with the author's signatures over manifest and payload digest`,
  ];
}
