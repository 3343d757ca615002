import { refusalsOf } from "../errors/index.ts";

export const cidErrors = {
  "cid/text": {
    status: 400,
    rule: "A CID must be written as 'b' and the canonical lower-case base32 of its bytes.",
    remedy: "Write the CID as Kubo does with --cid-version=1 --cid-base=base32.",
  },
  "cid/version": {
    status: 400,
    rule: "A CID must have version 1.",
    remedy: "Import the content with profile unixfs-v1-2025.",
  },
  "cid/codec": {
    status: 400,
    rule: "A CID must name a raw block (0x55) or a dag-pb node (0x70).",
    remedy: "Import the content with profile unixfs-v1-2025.",
  },
  "cid/hash": {
    status: 400,
    rule: "A CID must hold a SHA-256 digest of 32 bytes.",
    remedy: "Import the content with profile unixfs-v1-2025.",
  },
  "cid/size": {
    status: 400,
    rule: "Content must have the size that its CID allows: one raw block up to 1 MiB, a dag-pb root above.",
    remedy: "Compare the size with the manifest, and import the content with profile unixfs-v1-2025.",
  },
  "cid/too-large": {
    status: 413,
    rule: "Content must not exceed 64 GiB.",
    remedy: "Split the content.",
  },
  "cid/node": {
    status: 422,
    rule: "An inner node must be encoded exactly as profile unixfs-v1-2025 encodes it.",
    remedy: "Fetch the node from another peer, or import the content with profile unixfs-v1-2025.",
  },
  "cid/mismatch": {
    status: 422,
    rule: "A block must hash to the digest in its CID.",
    remedy: "Fetch the block from another peer.",
  },
} as const;

export const refuse = refusalsOf(cidErrors);
