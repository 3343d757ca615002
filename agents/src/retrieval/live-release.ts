import type { DatabaseSync } from "node:sqlite";
import { decodeManifest, type Manifest } from "@firmament/core/manifest";
import type { Crypto } from "@firmament/core/keys";
import { utf8 } from "@firmament/core/bytes";
import { type LiveRelease, tables } from "@firmament/core/registry";
import { currentRecord } from "@firmament/replica";

/** A device as source 004 names it (S4-6). */
export interface DeviceID {
  /** The author's key id. */
  readonly author: string;
  readonly className: string;
}

/** A release that every device of its class may install now, with what its author signed. */
export interface OfferedRelease {
  readonly release: string;
  readonly manifest: Manifest;
  /** Over the manifest's digest, base64url. */
  readonly signature: string;
  /** Over the payload's digest, base64url. */
  readonly payloadSignature: string;
}

// Who asks here is no device that could be told from others, so a rollout in steps offers it nothing yet.
function isForAll({ heldUntil = 0, rollout }: LiveRelease, time: number): boolean {
  return rollout === undefined && heldUntil <= time;
}

function isAuthors(database: DatabaseSync, live: LiveRelease, author: string): boolean {
  return currentRecord(database, tables.release, live.release)?.author === author;
}

// A targeted class is for enrolled devices, and whoever asks here shows no record of its own.
function isTargeted(database: DatabaseSync, className: string): boolean {
  return currentRecord(database, tables.policy, className)?.targeted === true;
}

/**
 * The newest live release of an author for a class, from the replica alone: no question goes to the ledger. The class's
 * head decides; a release that is held, partly rolled out, of a targeted class, or of an author without the right to
 * the class is none.
 */
export function newestRelease(
  database: DatabaseSync,
  crypto: Crypto,
  { author, className }: DeviceID,
): OfferedRelease | undefined {
  const entitlement = currentRecord(database, tables.entitlement, author, className);
  const head = currentRecord(database, tables.head, className);
  const time = currentRecord(database, tables.ledger)?.time ?? 0;
  if (entitlement?.status !== "active" || head === undefined || isTargeted(database, className)) return undefined;
  const live = head.live.findLast((each) => isForAll(each, time) && isAuthors(database, each, author));
  const signed = live === undefined ? undefined : currentRecord(database, tables.manifest, live.manifestDigest);
  if (live === undefined || signed === undefined) return undefined;
  const { payloadSignature, signature } = signed;
  return {
    manifest: decodeManifest(crypto, utf8(signed.manifest)),
    payloadSignature,
    release: live.release,
    signature,
  };
}
