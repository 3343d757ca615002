import {
  canonicalText,
  type Decoded,
  decodeCanonical,
  digest256,
  integer,
  object,
  oneOf,
  organisationName,
  seconds,
  sorted,
  text,
} from "@firmament/core/codec";

const LIMITS = { maxBytes: 64 * 1024 * 1024, maxDepth: 4 };
const MAX_FILES = 100_000;

// Names that begin with a dot are none of ours, so that no path leads out of its folder.
const path = text({ max: 512, pattern: /^[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/ });
const file = object({ path, sha256: digest256, size: integer(0) });

const manifest = object({
  /** Relative to the backup, with slashes. */
  files: sorted(file, { min: 2, max: MAX_FILES, key: (each) => each.path }),
  ledger: text({ max: 160 }),
  organisation: organisationName,
  time: seconds,
  type: oneOf("firmament-backup/v1"),
});

/** What a backup is of, when it was taken, and its files with their SHA-256. */
export type Manifest = Decoded<typeof manifest>;
export type ManifestFile = Manifest["files"][number];

export const MANIFEST = "manifest.json";

/** @throws Refusal `codec/…` */
export function decodeManifest(bytes: Uint8Array): Manifest {
  return manifest(decodeCanonical(bytes, LIMITS), MANIFEST);
}

export function encodeManifest(value: Manifest): string {
  return canonicalText(manifest(value, MANIFEST));
}
