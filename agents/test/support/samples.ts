import { fromBase64url, toBase64, toHex, utf8 } from "@firmament/core/bytes";
import { type Cid, ContentFold } from "@firmament/core/cid";
import { canonicalBytes } from "@firmament/core/codec";
import type { Signer } from "@firmament/core/keys";
import { type Manifest } from "@firmament/core/manifest";
import { generateKey, nodeCrypto, publicKeyToPem, softwareSigner } from "@firmament/crypto";
import { signManifest } from "../../src/signing/index.ts";

export const ledger = "test.example/registry/0123456789abcdef";

/** 2026-01-01T00:00:00Z. */
export const now = 1_767_225_600;

export const image = utf8("a firmware image");

function cidOf(content: Uint8Array): Cid {
  const fold = new ContentFold(nodeCrypto);
  fold.addPiece(content);
  return fold.finish().cid;
}

const digests = {
  sha256: toHex(nodeCrypto.sha256(image)),
  sha384: toHex(nodeCrypto.sha384(image)),
  size: image.length,
};

/** An honest manifest of {@link image}. */
export const manifest: Manifest = {
  classID: "sensor",
  dependencies: [],
  encryptionWrapper: { scheme: "none" },
  image: digests,
  monotonicSequenceNumber: now * 1000,
  payloadDigest: digests.sha384,
  payloadFormat: "raw",
  size: image.length,
  storageLocation: "slot",
  stored: { ...digests, cid: cidOf(image) },
  vendorID: "acme",
  versionID: "1.0.0",
};

/** The same manifest with its payload inline. */
export function inlineManifest(): Manifest {
  const { stored: _, ...fields } = manifest;
  return { ...fields, payload: toBase64(image) };
}

export const base64 = (text: string): string => toBase64(fromBase64url(text));

export async function newSigner(): Promise<Signer> {
  return softwareSigner(await generateKey("EdDSA"));
}

/** An update as an author sends it: its public key in PEM, the manifest, and both signatures in standard base64. */
export async function signedUpdate(author: Signer, found: Manifest = manifest) {
  const { payloadSignature, signature } = await signManifest(
    nodeCrypto,
    author,
    canonicalBytes(found),
    found.payloadDigest,
  );
  const update = { authorManifestSign: base64(signature), authorSign: base64(payloadSignature), manifest: found };
  return { publicKey: publicKeyToPem(author.key), update };
}
