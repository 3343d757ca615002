import { refusalsOf } from "../errors/index.ts";

export const manifestErrors = {
  "manifest/digest": {
    status: 403,
    error: "ERR_PAYLOAD_NOT_VERIFIABLE",
    rule: "payloadDigest must be the SHA-384 of the image that the manifest describes.",
    remedy: "Make the manifest again from the image.",
  },
  "manifest/size": {
    status: 403,
    error: "ERR_PAYLOAD_NOT_VERIFIABLE",
    rule: "size must be the size of the image that the manifest describes.",
    remedy: "Make the manifest again from the image.",
  },
  "manifest/stored": {
    status: 400,
    error: "ERR_INCORRECT_MANIFEST_FORMAT",
    rule: "stored must equal image where nothing processes the payload, and must be absent for an inline payload only.",
    remedy: "Make the manifest again from the stored bytes and the image.",
  },
  "manifest/cid": {
    status: 400,
    error: "ERR_INCORRECT_MANIFEST_FORMAT",
    rule: "stored.cid must be the CID of the stored bytes in profile unixfs-v1-2025.",
    remedy: "Compute the CID again; `firmament release publish` does so.",
  },
  "manifest/inline": {
    status: 400,
    error: "ERR_INCORRECT_MANIFEST_FORMAT",
    rule: "An inline payload is base64 of at most 1,024 bytes and has the image's size.",
    remedy: "Store the payload instead of putting it into the manifest.",
  },
  "manifest/version": {
    status: 400,
    error: "ERR_INCORRECT_MANIFEST_FORMAT",
    rule: "versionID must be a SemVer 2.0.0 version or an integer, as the class demands.",
    remedy: "Write the version in the class's scheme.",
  },
} as const;

export const refuse = refusalsOf(manifestErrors);
