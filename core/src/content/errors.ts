import { refusalsOf } from "../errors/index.ts";

/** Refusals that every content store gives for the same cause. */
export const contentErrors = {
  "content/not-found": {
    status: 404,
    rule: "Content can be read only where it is stored.",
    remedy: "Fetch the content from an organisation that holds a storage receipt for it.",
  },
  "content/too-large": {
    status: 413,
    rule: "Content must not exceed the limit that the receiver set.",
    remedy: "Send smaller content, or ask the operator for a higher limit.",
  },
  "content/size-mismatch": {
    status: 422,
    rule: "Content must have the size that was announced for it.",
    remedy: "Send the bytes that the manifest describes.",
  },
  "content/digest-mismatch": {
    status: 422,
    rule: "Content must have the digests that were announced for it.",
    remedy: "Send the bytes that the manifest describes.",
  },
  "content/cid-mismatch": {
    status: 422,
    rule: "Content must have the CID that was announced for it.",
    remedy: "Send the bytes that the manifest describes, addressed with profile unixfs-v1-2025.",
  },
  "content/range": {
    status: 416,
    rule: "A range must lie within the content.",
    remedy: "Ask for a range that starts and ends within the size of the content.",
  },
  "content/corrupt": {
    status: 500,
    rule: "Stored bytes must still hash to their CID.",
    remedy: "Replace the disk where it fails, then store the content again from another organisation.",
  },
} as const;

export const refuseContent = refusalsOf(contentErrors);
