import { fromBase64url, toBase64url, utf8 } from "../../bytes/index.ts";
import { algorithmOf, verifySignature } from "../../keys/index.ts";
import {
  assertVersion,
  compareVersions,
  decodeManifest,
  type Manifest,
  manifestSigningInput,
  payloadSigningInput,
} from "../../manifest/index.ts";
import { type Call, consortiumOf, requireRole } from "../context.ts";
import { refuse } from "../errors.ts";
import { lastPublished } from "../head.ts";
import { assertAboveFloor } from "../policy.ts";
import { type Release, type Row, tables } from "../records.ts";
import type { Reading, Scope } from "../scope.ts";
import type { TransactionOf } from "../transaction.ts";
import { settle } from "./settle.ts";

type Register = Call<TransactionOf<"release.register">>;
type Author = Row<typeof tables.author>;

// PROTOCOL L-2.1: the grant is this author's and alive.
function* requireGrant({ context, scope, transaction }: Register): Reading<void> {
  const { author, grant } = transaction.body;
  const found = yield* scope.get(tables.grant, grant);
  if (found === undefined) throw refuse("grant/unknown", grant);
  if (found.author !== author) throw refuse("grant/author", `It was given to ${found.author}.`);
  if (found.end < context.time) throw refuse("grant/expired", `It ended at ${found.end}, it is ${context.time}.`);
}

// PROTOCOL L-2.2: the author key is approved and of the signer's organisation.
function* requireAuthor({ scope, signer, transaction }: Register): Reading<Author> {
  const kid = transaction.body.author;
  const found = yield* scope.get(tables.author, kid);
  if (found === undefined) throw refuse("author/unknown", kid);
  if (found.status === "revoked") throw refuse("author/revoked", kid);
  if (found.organisation !== signer.organisation)
    throw refuse("author/organisation", `It is of ${found.organisation}.`);
  return found;
}

// PROTOCOL L-2.4: both signatures are the author's, by an algorithm that the class allows.
function* requireSignatures(
  { context, scope, transaction }: Register,
  author: Author,
  manifest: Manifest,
): Reading<void> {
  const { crypto } = context;
  const { body } = transaction;
  const policy = yield* scope.must(tables.policy, manifest.classID);
  const algorithm = algorithmOf(author.key);
  assertAboveFloor(policy, yield* consortiumOf(scope));
  if (!policy.algorithms.includes(algorithm)) throw refuse("release/algorithm", algorithm);
  const overManifest = manifestSigningInput(crypto, utf8(body.manifest));
  if (!verifySignature(crypto, author.key, overManifest, fromBase64url(body.signature))) {
    throw refuse("release/manifest-signature", body.author);
  }
  const overPayload = payloadSigningInput(manifest.payloadDigest);
  if (!verifySignature(crypto, author.key, overPayload, fromBase64url(body.payloadSignature))) {
    throw refuse("release/payload-signature", body.author);
  }
}

// PROTOCOL L-2.3: class, vendor, storage location and the author's right to the class.
function* requireClass(
  { scope, transaction }: Register,
  author: Author,
  manifest: Manifest,
): Reading<Row<typeof tables.class>> {
  const found = yield* scope.get(tables.class, manifest.classID);
  if (found === undefined) throw refuse("class/unknown", manifest.classID);
  const vendors = [found.vendor, manifest.vendorID ?? found.vendor, author.vendor];
  if (new Set(vendors).size > 1) throw refuse("class/vendor", vendors.join(", "));
  const entitlement = yield* scope.get(tables.entitlement, transaction.body.author, manifest.classID);
  if (entitlement?.status !== "active") throw refuse("author/not-entitled", manifest.classID);
  if (!found.storageLocations.includes(manifest.storageLocation)) {
    throw refuse(
      "release/storage-location",
      `${manifest.storageLocation} is none of ${found.storageLocations.join(", ")}.`,
    );
  }
  return found;
}

// PROTOCOL L-2.5: sequence and version rise, and the sequence is not from the future.
function* requireOrder(
  { context, scope, transaction }: Register,
  manifest: Manifest,
  scheme: "integer" | "semver",
): Reading<void> {
  const { monotonicSequenceNumber: sequence, versionID } = manifest;
  assertVersion(scheme, versionID);
  const { sequenceTolerance } = yield* consortiumOf(scope);
  if (sequence > context.time * 1000 + sequenceTolerance) {
    throw refuse(
      "release/sequence-ahead",
      `Got ${sequence} at ${context.time * 1000}, tolerance ${sequenceTolerance}.`,
    );
  }
  const { floor } = transaction.body;
  if (floor !== undefined && floor > sequence) throw refuse("release/floor", `${floor} > ${sequence}.`);
  const last = lastPublished(yield* scope.must(tables.head, manifest.classID));
  if (last === undefined) return;
  if (sequence <= last.sequence) throw refuse("release/sequence", `Got ${sequence}, the last is ${last.sequence}.`);
  if (compareVersions(scheme, versionID, last.version) <= 0)
    throw refuse("release/version", `Got ${versionID}, the last is ${last.version}.`);
}

// PROTOCOL L-2.6: a dependency names a release that was published once; devices ask for at least its version.
function* requireDependencies(scope: Scope, manifest: Manifest): Reading<void> {
  for (const { classID, versionID } of manifest.dependencies) {
    const named = yield* scope.get(tables.version, classID, versionID);
    const release = named === undefined ? undefined : yield* scope.get(tables.release, named.release);
    if (release?.state !== "PUBLISHED" && release?.state !== "SUPERSEDED") {
      throw refuse("release/dependency", `${classID} ${versionID}.`);
    }
  }
}

// PROTOCOL L-2.7: a version of a class, and a manifest, are registered once.
function* claimRelease({ scope, transaction }: Register, manifest: Manifest, manifestDigest: string): Reading<void> {
  const { body, id } = transaction;
  const version = yield* scope.get(tables.version, manifest.classID, manifest.versionID);
  const same = yield* scope.get(tables.manifest, manifestDigest);
  if (version !== undefined || same !== undefined)
    throw refuse("release/exists", `${manifest.classID} ${manifest.versionID}.`);
  scope.put(tables.version, [manifest.classID, manifest.versionID], { release: id });
  const { payloadSignature, signature } = body;
  scope.put(tables.manifest, [manifestDigest], { manifest: body.manifest, payloadSignature, release: id, signature });
}

function releaseOf({ context, signer, transaction }: Register, manifest: Manifest, manifestDigest: string): Release {
  const { author, floor, rollout } = transaction.body;
  const { stored } = manifest;
  return {
    approvals: [],
    author,
    className: manifest.classID,
    manifestDigest,
    organisation: signer.organisation,
    receipts: [],
    registered: context.time,
    revocations: [],
    sequence: manifest.monotonicSequenceNumber,
    state: "REGISTERED",
    version: manifest.versionID,
    ...(floor === undefined ? {} : { floor }),
    ...(rollout === undefined ? {} : { rollout }),
    ...(stored === undefined ? {} : { stored: { cid: stored.cid, sha256: stored.sha256, size: stored.size } }),
  };
}

/** PROTOCOL L-2: registers a signed manifest; the bytes themselves are never part of a transaction. */
export function* registerRelease(call: Register): Reading<object> {
  const { context, scope, signer, transaction } = call;
  requireRole(signer, "author");
  yield* requireGrant(call);
  const author = yield* requireAuthor(call);
  const bytes = utf8(transaction.body.manifest);
  const manifest = decodeManifest(context.crypto, bytes);
  const { versions } = yield* requireClass(call, author, manifest);
  yield* requireSignatures(call, author, manifest);
  yield* requireOrder(call, manifest, versions);
  yield* requireDependencies(scope, manifest);
  const manifestDigest = toBase64url(context.crypto.sha384(bytes));
  yield* claimRelease(call, manifest, manifestDigest);
  const settled = yield* settle(call, transaction.id, releaseOf(call, manifest, manifestDigest));
  return { release: transaction.id, state: settled.state };
}
