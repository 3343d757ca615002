import { refusalsOf } from "@firmament/core/errors";

/** Refusals of the transfer over HTTP; those of the store itself are `contentErrors` of the core. */
export const transferErrors = {
  "transfer/method": {
    status: 405,
    rule: "Content is only read over this path.",
    remedy: "Use GET or HEAD.",
  },
  "transfer/path": {
    status: 404,
    rule: "A path of content is /v1/content/<cid>, with /root or /nodes/<cid> behind it for its inner nodes.",
    remedy: "Compare the path with docs/PROTOCOL.md.",
  },
  "transfer/no-node": {
    status: 404,
    rule: "Only content above 1 MiB has inner nodes, and only its own.",
    remedy: "Read the content itself, or take the CID of the node from the root block.",
  },
  "transfer/unavailable": {
    status: 502,
    rule: "At least one peer must deliver each piece of the content.",
    remedy: "Look at the failures that are listed for each peer; ask again later, or name more peers.",
  },
} as const;

export const refuseTransfer = refusalsOf(transferErrors);
