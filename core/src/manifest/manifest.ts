import { fromBase64, toHex } from "../bytes/index.ts";
import {
  type Decoded,
  decodeCanonical,
  hexOf,
  idName,
  integer,
  line,
  list,
  object,
  oneOf,
  sequenceNumber,
  text,
} from "../codec/index.ts";
import { cidText, contentLimits, parseCid } from "../cid/index.ts";
import type { Crypto } from "../keys/index.ts";
import { refuse } from "./errors.ts";

/** Limits of a manifest (PROTOCOL Z-1): bytes of the document, bytes of an inline payload. */
export const manifestLimits = {
  maxBytes: 16_384,
  maxDepth: 8,
  maxInlineBytes: 1024,
  maxImageBytes: contentLimits.maxContentBytes,
} as const;

const imageSize = integer(1, manifestLimits.maxImageBytes);
const image = object({ sha256: hexOf(32), sha384: hexOf(48), size: imageSize });
const stored = object({ cid: cidText, sha256: hexOf(32), sha384: hexOf(48), size: imageSize });
const dependency = object({ classID: idName, versionID: text({ max: 64 }) });
const step = object({ algorithm: idName }, { parameters: line(1024) });
const wrapper = object({ scheme: idName }, { value: text({ max: 8192 }) });

const manifest = object(
  {
    classID: idName,
    dependencies: list(dependency, { max: 32 }),
    encryptionWrapper: wrapper,
    image,
    monotonicSequenceNumber: sequenceNumber,
    payloadDigest: hexOf(48),
    payloadFormat: idName,
    size: imageSize,
    storageLocation: idName,
    versionID: text({ max: 64 }),
  },
  {
    additionalInstructions: line(1024),
    manifestVersion: oneOf(1),
    payload: text({ max: 1368 }),
    payloadIndicator: list(line(512), { min: 1, max: 8 }),
    payloadProcessing: list(step, { min: 1, max: 8 }),
    stored,
    vendorID: idName,
  },
);

type Stored = Decoded<typeof stored>;

/** A manifest: RFC 9124's elements under source 004's names (PROTOCOL M-1). Digests are lower-case hexadecimal. */
export type Manifest = Decoded<typeof manifest>;

function assertInline(crypto: Crypto, payload: string, found: Manifest): void {
  const bytes = fromBase64(payload);
  if (bytes.length > manifestLimits.maxInlineBytes) throw refuse("manifest/inline", `Got ${bytes.length} bytes.`);
  if (bytes.length !== found.image.size)
    throw refuse("manifest/inline", `Got ${bytes.length} bytes of ${found.image.size}.`);
  if (toHex(crypto.sha384(bytes)) !== found.image.sha384)
    throw refuse("manifest/digest", "The inline payload differs.");
}

// A content of one piece is its own block: there the CID is nothing but the SHA-256 in another spelling.
function assertCid({ cid, sha256, size }: Stored): void {
  const { codec, digest } = parseCid(cid);
  const single = size <= contentLimits.pieceBytes;
  const agrees = single ? codec === "raw" && toHex(digest) === sha256 : codec === "dag-pb";
  if (!agrees) throw refuse("manifest/cid", `${cid} for ${size} bytes.`);
}

function assertStored(found: Manifest): void {
  if ((found.stored === undefined) !== (found.payload !== undefined)) throw refuse("manifest/stored");
  if (found.stored !== undefined) assertCid(found.stored);
  const processed = found.encryptionWrapper.scheme !== "none" || found.payloadProcessing !== undefined;
  if (found.stored === undefined || processed) return;
  const { size, sha256, sha384 } = found.stored;
  if (size !== found.image.size || sha256 !== found.image.sha256 || sha384 !== found.image.sha384) {
    throw refuse("manifest/stored", "The digests or sizes differ.");
  }
}

/**
 * Decodes a manifest from its signed bytes and checks that its parts agree with one another (PROTOCOL M-1 … M-4).
 *
 * @throws Refusal `codec/…` for the form, `manifest/…` for a contradiction
 */
export function decodeManifest(crypto: Crypto, bytes: Uint8Array): Manifest {
  const found = manifest(decodeCanonical(bytes, manifestLimits), "manifest");
  if (found.payloadDigest !== found.image.sha384) throw refuse("manifest/digest", `Got ${found.payloadDigest}.`);
  if (found.size !== found.image.size) throw refuse("manifest/size", `Got ${found.size} and ${found.image.size}.`);
  assertStored(found);
  if (found.payload !== undefined) assertInline(crypto, found.payload, found);
  return found;
}
