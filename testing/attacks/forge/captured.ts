import { randomBytes } from "node:crypto";
import { fromBase64url, fromUtf8, toBase64url } from "@firmament/core/bytes";
import { type BundleRelease, type ClassPart, encodeBundle } from "@firmament/core/bundle";
import { canonicalBytes } from "@firmament/core/codec";
import { keyId, type PublicKey, fromRawKey, rawKey } from "@firmament/core/keys";
import { decodeManifest } from "@firmament/core/manifest";
import {
  classPolicy,
  type ClassPolicy,
  type DeviceRecord,
  type Entitlement,
  entitlementRecord,
  type Head,
  headRecord,
  type LiveRelease,
} from "@firmament/core/registry";
import type { StateKey } from "@firmament/core/state";
import { nodeCrypto } from "@firmament/crypto";
import type { Consortium, PreparedRelease } from "../../kit/index.ts";
import { cosign, cosigningKey, type CosigningKey } from "./cosign.ts";
import { classPartOf } from "./edit.ts";
import { forgeLog } from "./log.ts";
import { type ForgedRecord, ForgedState } from "./state.ts";

/** A release as the head and the bundle have it, `author` by its key id. */
export interface ForgedRelease extends Omit<BundleRelease, "author"> {
  readonly author: string;
  readonly live: LiveRelease;
}

/** Everything that a bundle claims, in the terms of its records. */
export interface Claims {
  readonly className: string;
  readonly floor: number | undefined;
  readonly stopped: Head["stopped"];
  readonly releases: readonly ForgedRelease[];
  readonly authors: readonly { readonly key: PublicKey; readonly entitlement: Entitlement }[];
  readonly policy: ClassPolicy;
  /** The device record that goes into the device part. */
  readonly record?: { readonly id: string; readonly value: DeviceRecord };
  readonly entry: Omit<ClassPart["entry"], "root">;
  /** Entries of the real log that stand before the forged ones. */
  readonly base: number;
  /** Forged entries before the one that names the state. */
  readonly fillers: number;
  readonly cosigners: readonly CosigningKey[];
  /** Time of the cosignatures. */
  readonly cosigned: number;
  /** Earlier sizes that the forged log proves consistency from. */
  readonly consistency: readonly number[];
}

const randomId = () => toBase64url(randomBytes(32));
const parse = (bytes: Uint8Array): unknown => JSON.parse(fromUtf8(bytes));

function claimsOf(c: Consortium, part: ClassPart): Claims {
  const { floor, live, stopped } = headRecord(parse(part.head), "head");
  const authors = part.authors.map(({ entitlement, key }) => ({
    entitlement: entitlementRecord(parse(entitlement), "entitlement"),
    key: fromRawKey(key),
  }));
  const kids = authors.map(({ key }) => keyId(nodeCrypto, key));
  const releases = live.map((each, i): ForgedRelease => {
    const found = part.releases[i];
    if (found === undefined) throw new RangeError(`there is no manifest ${i}`);
    return { ...found, author: kids[found.author] ?? "", live: each };
  });
  return {
    authors,
    base: part.size,
    className: "sensor",
    consistency: [],
    cosigned: c.now,
    cosigners: [0, 1, 2].map((i) => cosigningKey(c.member(i))),
    entry: { ...part.entry, transaction: randomId() },
    fillers: 0,
    floor,
    policy: classPolicy(parse(part.policy), "policy"),
    releases,
    stopped,
  };
}

interface Stated {
  readonly claims: Claims;
  readonly kids: readonly string[];
  readonly head: Head;
  readonly keys: readonly StateKey[];
  readonly state: ForgedState;
}

function stateOf(asked: Claims): Stated {
  const authors = asked.authors.toSorted((a, b) => (kidOf(a.key) < kidOf(b.key) ? -1 : 1));
  const claims = { ...asked, authors };
  const { className, floor, policy, record, releases, stopped } = claims;
  const kids = authors.map(({ key }) => kidOf(key));
  const ended = floor === undefined ? {} : { floor };
  const head: Head = { ...ended, live: releases.map((each) => each.live), stopped };
  const records: ForgedRecord[] = [
    [["head", className], head],
    [["policy", className], policy],
    ...authors.map(({ entitlement }, i): ForgedRecord => [["entitlement", kids[i] ?? "", className], entitlement]),
  ];
  const others: ForgedRecord[] = [[["organisation", "filler.example"], {}]];
  if (record !== undefined) others.push([["device", record.id], record.value]);
  return { claims, head, keys: records.map(([key]) => key), kids, state: new ForgedState([...records, ...others]) };
}

async function signedPart(c: Consortium, part: ClassPart, stated: Stated): Promise<ClassPart> {
  const { claims, head, keys, kids, state } = stated;
  const entry = { ...claims.entry, root: state.root };
  const fillers = Array.from({ length: claims.fillers }, () => ({ ...entry, transaction: randomId() }));
  const entries = [...fillers, entry].map((each) => ({ ...each, ledger: part.origin }));
  const log = forgeLog(c.replica.database, claims.base, entries);
  const checkpoint = { origin: part.origin, root: log.root, size: log.size };
  return {
    ...checkpoint,
    authors: claims.authors.map(({ entitlement, key }) => ({
      entitlement: canonicalBytes(entitlement),
      key: rawKey(key),
    })),
    consistency: claims.consistency.map((size) => log.consistencyFrom(size)),
    cosignatures: await cosign(checkpoint, claims.cosigners, claims.cosigned),
    entry,
    head: canonicalBytes(head),
    inclusion: log.inclusion,
    policy: canonicalBytes(claims.policy),
    proof: state.prove(keys),
    releases: claims.releases.map(({ live: _, author, ...rest }) => ({ ...rest, author: kids.indexOf(author) })),
    trust: part.trust,
  };
}

/**
 * Rewrites a ledger as a captured quorum could: the claims stand in a true state, which the last entry of a true log
 * names, which true cosigners signed. Whatever a device refuses now, it does not refuse for a false proof.
 *
 * @param change what is claimed instead of what the honest bundle claims
 */
export async function captured(
  c: Consortium,
  bytes: Uint8Array,
  change: (claims: Claims) => Partial<Claims> = () => ({}),
): Promise<Uint8Array> {
  const part = classPartOf(bytes);
  const honest = claimsOf(c, part);
  const stated = stateOf({ ...honest, ...change(honest) });
  const { record } = stated.claims;
  const classPart = await signedPart(c, part, stated);
  if (record === undefined) return encodeBundle({ classPart, devicePart: undefined });
  const proof = stated.state.prove([["device", record.id]]);
  return encodeBundle({
    classPart,
    devicePart: { nonces: [], record: { proof, value: canonicalBytes(record.value) } },
  });
}

function kidOf(key: PublicKey): string {
  return keyId(nodeCrypto, key);
}

/** What a head and a bundle say of a signed manifest, as if it had been published. */
export function asPublished(prepared: PreparedRelease, live: Partial<LiveRelease> = {}): ForgedRelease {
  const manifest = decodeManifest(nodeCrypto, prepared.manifest);
  return {
    author: prepared.author,
    live: {
      manifestDigest: toBase64url(nodeCrypto.sha384(prepared.manifest)),
      release: randomId(),
      sequence: manifest.monotonicSequenceNumber,
      version: manifest.versionID,
      ...live,
    },
    manifest: prepared.manifest,
    payloadSignature: fromBase64url(prepared.payloadSignature),
    signature: fromBase64url(prepared.signature),
  };
}
