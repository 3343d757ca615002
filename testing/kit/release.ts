import { signManifest } from "@firmament/agents/signing";
import { toHex, utf8 } from "@firmament/core/bytes";
import { type Cid, ContentFold } from "@firmament/core/cid";
import { canonicalBytes } from "@firmament/core/codec";
import type { Crypto, Signer } from "@firmament/core/keys";
import type { Manifest } from "@firmament/core/manifest";
import type { Body } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";

export interface ReleaseOptions {
  readonly className?: string;
  readonly version?: string;
  readonly sequence?: number;
  readonly image?: Uint8Array;
  readonly author?: Signer;
  /** Members that replace those of the honest manifest. */
  readonly manifest?: Partial<Manifest>;
  readonly rollout?: Body<"release.register">["rollout"];
  readonly floor?: number;
}

/** A signed manifest that is ready to be registered. */
export interface PreparedRelease {
  readonly manifest: Uint8Array;
  readonly image: Uint8Array;
  readonly signature: string;
  readonly payloadSignature: string;
  readonly author: string;
}

/** CID of a small content. */
export function cidOfBytes(crypto: Crypto, content: Uint8Array): Cid {
  const fold = new ContentFold(crypto);
  for (let at = 0; at < content.length; at += 1_048_576) fold.addPiece(content.subarray(at, at + 1_048_576));
  return fold.finish().cid;
}

/** Builds and signs an honest manifest, with the given deviations. */
export async function prepareRelease(
  options: ReleaseOptions & { readonly author: Signer; readonly sequence: number },
): Promise<PreparedRelease> {
  const { author, className = "sensor", sequence, version = "1.0.0" } = options;
  const image = options.image ?? utf8(`firmware ${className} ${version}`);
  const digests = {
    sha256: toHex(nodeCrypto.sha256(image)),
    sha384: toHex(nodeCrypto.sha384(image)),
    size: image.length,
  };
  const honest: Manifest = {
    classID: className,
    dependencies: [],
    encryptionWrapper: { scheme: "none" },
    image: digests,
    monotonicSequenceNumber: sequence,
    payloadDigest: digests.sha384,
    payloadFormat: "raw",
    size: image.length,
    storageLocation: "slot",
    stored: { ...digests, cid: cidOfBytes(nodeCrypto, image) },
    vendorID: "acme",
    versionID: version,
    ...options.manifest,
  };
  const manifest = canonicalBytes(honest);
  const signatures = await signManifest(nodeCrypto, author, manifest, honest.payloadDigest);
  return { author: author.kid, image, manifest, ...signatures };
}
