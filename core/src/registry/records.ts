import {
  type Decoded,
  type Decoder,
  digest256,
  digest384,
  hexOf,
  idName,
  integer,
  line,
  list,
  object,
  oneOf,
  organisationName,
  seconds,
  sequenceNumber,
  signatureText,
  sorted,
  text,
  textSet,
} from "../codec/index.ts";
import { fromUtf8 } from "../bytes/index.ts";
import { publicKey } from "../keys/index.ts";
import { action } from "./actions.ts";
import { classPolicy, consortiumPolicy, groupSet } from "./policy.ts";
import { role } from "./roles.ts";
import { certificate, engineNode, peerId, validatorLimits } from "./validator.ts";

/** A table of the state: its name in the state tree, and the form of its values (PROTOCOL S-1). */
export interface Table<T> {
  readonly name: string;
  readonly decode: Decoder<T>;
}

const table = <T>(name: string, decode: Decoder<T>): Table<T> => ({ name, decode });

const version = text({ max: 64 });
const actor = { kid: digest256, organisation: organisationName } as const;

/** `time` in seconds, the versions of the rules and of the trust root in force, and that root's digest. */
export const ledgerRecord = object({ rules: integer(1), time: seconds, trust: integer(1) });

const electorate = object({ organisations: textSet(organisationName, { max: 64 }), version: integer(1) });
const organisation = object({ status: oneOf("active", "removed", "suspended") });
const identity = object({
  key: publicKey,
  organisation: organisationName,
  roles: textSet(role, { min: 1, max: 12 }),
  status: oneOf("active", "revoked"),
});
/** One member of the engine's validators, each with power 1; `key` is its raw Ed25519 key of 32 bytes. */
const validator = object({ key: digest256, organisation: organisationName, peer: peerId });
const validators = object({
  members: sorted(validator, { ...validatorLimits, key: (member) => member.organisation }),
  version: integer(1),
});
export type Validators = Decoded<typeof validators>;

/** The newest rules that were voted for: in force from the log entry with index `at` on. */
const upgrade = object({ at: integer(1), rules: integer(2) });

const keyUse = object({ purpose: oneOf("cosigner", "device", "manifest", "root", "transaction", "validator") });
const proposal = object({
  action,
  electorate: integer(1),
  policy: integer(1),
  status: oneOf("decided", "open"),
  votes: list(object(actor), { max: 64 }),
});
const vendor = object({ organisation: organisationName });
const classRecord = object({
  storageLocations: textSet(idName, { min: 1, max: 8 }),
  vendor: idName,
  versions: oneOf("integer", "semver"),
});
const author = object({
  classes: textSet(idName, { min: 1, max: 64 }),
  key: publicKey,
  organisation: organisationName,
  status: oneOf("active", "revoked"),
  vendor: idName,
});
const petition = object({ time: seconds });
const grant = object({ author: digest256, end: seconds });

const succession = object({ from: digest256, signature: signatureText });
/** An author's right to one class; `succeeds` is the proof by which a device follows a hand-over. */
export const entitlementRecord = object(
  { status: oneOf("active", "revoked"), vendor: idName },
  { succeeds: succession },
);
export type Entitlement = Decoded<typeof entitlementRecord>;

export const rolloutRecord = object({ groups: groupSet, permille: integer(1, 1000), salt: text({ max: 32 }) });
export type Rollout = Decoded<typeof rolloutRecord>;

const stored = object({ cid: text({ max: 100 }), sha256: hexOf(32), size: integer(1) });
const release = object(
  {
    approvals: list(object(actor), { max: 192 }),
    author: digest256,
    className: idName,
    manifestDigest: digest384,
    organisation: organisationName,
    receipts: list(object({ ...actor, mac: digest256 }), { max: 64 }),
    registered: seconds,
    revocations: list(object(actor), { max: 64 }),
    sequence: sequenceNumber,
    state: oneOf("PUBLISHED", "REGISTERED", "REVOKED", "STORED", "SUPERSEDED", "WITHDRAWN"),
    version,
  },
  { floor: sequenceNumber, reason: line(256), rollout: rolloutRecord, stored },
);
export type Release = Decoded<typeof release>;

/** The signed manifest of a release as it was registered: its canonical text and both signatures. */
const manifest = object({
  manifest: text({ max: 16_384 }),
  payloadSignature: signatureText,
  release: digest256,
  signature: signatureText,
});

const live = object(
  { manifestDigest: digest384, release: digest256, sequence: sequenceNumber, version },
  { heldUntil: seconds, rollout: rolloutRecord },
);
const stopped = object({
  release: digest256,
  sequence: sequenceNumber,
  state: oneOf("REVOKED", "WITHDRAWN"),
  version,
});

/** What holds for a class now (PROTOCOL H-1): `live` and `stopped` in rising sequence, at most 8 of each; no `floor` is none. */
export const headRecord = object(
  { live: list(live, { max: 8 }), stopped: list(stopped, { max: 8 }) },
  { floor: sequenceNumber },
);
export type Head = Decoded<typeof headRecord>;
export type LiveRelease = Decoded<typeof live>;

const hold = object({ until: seconds });
const dispute = object({ claims: list(object({ ...actor, mac: digest256 }), { max: 64 }) });
/** A device's own record, keyed by its key id; targeted classes prove it. */
export const deviceRecord = object({
  className: idName,
  groups: groupSet,
  key: publicKey,
  organisation: organisationName,
  status: oneOf("active", "revoked"),
});
export type DeviceRecord = Decoded<typeof deviceRecord>;

export const tables = {
  author: table("author", author),
  authority: table("authority", object({ certificate })),
  class: table("class", classRecord),
  consortium: table("consortium", consortiumPolicy),
  device: table("device", deviceRecord),
  dispute: table("dispute", dispute),
  electorate: table("electorate", electorate),
  entitlement: table("entitlement", entitlementRecord),
  grant: table("grant", grant),
  head: table("head", headRecord),
  hold: table("hold", hold),
  identity: table("identity", identity),
  keyUse: table("key", keyUse),
  ledger: table("ledger", ledgerRecord),
  manifest: table("manifest", manifest),
  node: table("node", engineNode),
  nonce: table("nonce", object({})),
  organisation: table("organisation", organisation),
  peer: table("peer", object({ organisation: organisationName })),
  petition: table("petition", petition),
  policy: table("policy", classPolicy),
  proposal: table("proposal", proposal),
  release: table("release", release),
  trust: table("trust", object({ document: text({ max: 65_536 }) })),
  upgrade: table("upgrade", upgrade),
  validators: table("validators", validators),
  vendor: table("vendor", vendor),
  version: table("version", object({ release: digest256 })),
} as const;

export type Row<T> = T extends Table<infer R> ? R : never;

/** The record that a committed value of a table is; only accepted transactions wrote it, so that it is not checked again. */
export function recordOf<T>(table: Table<T>, value: Uint8Array): T {
  return table.decode(JSON.parse(fromUtf8(value)), table.name);
}
