import { refusalsOf } from "@firmament/core/errors";

export const retrievalAgentErrors = {
  "retrieval-agent/no-update": {
    status: 403,
    error: "ERR_UPDATE_NOT_EXISTENT",
    rule: "There must be a live release of this author for this class that every device may install now.",
    remedy: "Check both; a release may be held, be rolled out in steps, or wait for receipts and approvals.",
  },
  "retrieval-agent/content-unavailable": {
    status: 503,
    error: "ERR_IPFS_NOT_AVAILABLE",
    rule: "The organisation's store must hold the content that it serves.",
    remedy: "Ask another organisation's agent, or wait until this one has fetched the content.",
  },
  "retrieval-agent/not-ready": {
    status: 503,
    error: "ERR_BC_NOT_AVAILABLE",
    rule: "The organisation's replica must have reached a checkpoint that enough organisations cosigned.",
    remedy: "Wait until the organisation's node has caught up.",
  },
} as const;

export const refuse = refusalsOf(retrievalAgentErrors);
