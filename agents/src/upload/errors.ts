import { refusalsOf } from "@firmament/core/errors";

/** Refusals of an update that author agent and register agent give alike. */
export const uploadErrors = {
  "upload/manifest": {
    status: 403,
    error: "ERR_INCORRECT_MANIFEST_FORMAT",
    rule: "A manifest must have every mandatory field, no unknown one, and values that its format allows.",
    remedy: "Correct the field that the message names, and sign the manifest again.",
  },
  "upload/manifest-digest": {
    status: 403,
    error: "ERR_MANIFEST_NOT_VERIFIABLE",
    rule: "manifestDigest, where it is sent, must be the SHA-384 of the manifest's canonical bytes without it.",
    remedy: "Compute it again, or leave it out.",
  },
  "upload/payload-missing": {
    status: 405,
    rule: "A manifest that names stored bytes must come with them.",
    remedy: "Send the stored bytes in the file payload, as the last part.",
  },
  "upload/payload-surplus": {
    status: 405,
    rule: "A manifest that carries its payload inline must come without a file.",
    remedy: "Leave out the file payload.",
  },
} as const;

export const refuse = refusalsOf(uploadErrors);
