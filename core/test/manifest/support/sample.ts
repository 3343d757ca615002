import { createHmac, hash } from "node:crypto";
import { formatCid } from "@firmament/core/cid";
import { canonicalBytes } from "@firmament/core/codec";
import type { Crypto } from "@firmament/core/keys";
import { decodeManifest, type Manifest } from "@firmament/core/manifest";

/** Digests only: a manifest is decoded before anybody looks at a signature. */
export const crypto: Crypto = {
  sha256: (bytes) => hash("sha256", bytes, "buffer"),
  sha384: (bytes) => hash("sha384", bytes, "buffer"),
  hmacSha256: (key, bytes) => createHmac("sha256", key).update(bytes).digest(),
  verify: () => {
    throw new Error("a manifest's form needs no signature");
  },
};

/** What a manifest says of some bytes. */
export function describe(bytes: Uint8Array): {
  readonly sha256: string;
  readonly sha384: string;
  readonly size: number;
} {
  return { sha256: hash("sha256", bytes), sha384: hash("sha384", bytes), size: bytes.length };
}

export const image = Buffer.from("an image");

/** The mandatory members and `stored`, as an honest author writes them. */
export const honest: Manifest = {
  classID: "sensor",
  dependencies: [],
  encryptionWrapper: { scheme: "none" },
  image: describe(image),
  monotonicSequenceNumber: 1_790_000_000_000,
  payloadDigest: describe(image).sha384,
  payloadFormat: "raw",
  size: image.length,
  storageLocation: "slot",
  stored: storedAs(image),
  versionID: "1.0.0",
};

/** `stored` of a payload of one piece. */
export function storedAs(bytes: Uint8Array): NonNullable<Manifest["stored"]> {
  return { ...describe(bytes), cid: formatCid({ codec: "raw", digest: crypto.sha256(bytes) }) };
}

/** Decodes the honest manifest with some members replaced, or left out where they are undefined. */
export function decodeWith(changes: Readonly<Record<string, unknown>>): Manifest {
  return decodeManifest(crypto, canonicalBytes({ ...honest, ...changes }));
}
