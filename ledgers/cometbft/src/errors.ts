import { refusalsOf } from "@firmament/core/errors";

export const cometErrors = {
  "ledger/known": {
    status: 409,
    error: "ERR_BC_NOT_AVAILABLE",
    rule: "A transaction stands in the log once.",
    remedy: "Ask for its receipt by submitting it at a ledger's front.",
  },
  "ledger/engine": {
    status: 503,
    error: "ERR_BC_NOT_AVAILABLE",
    rule: "The organisation's own engine must answer.",
    remedy: "See with `firmament node doctor` why it does not; sending the same transaction again is safe.",
  },
  "ledger/engine-genesis": {
    status: 500,
    rule: "The engine's genesis must be the one that this ledger's genesis makes.",
    remedy: "Write the engine's home again with `firmament genesis install`.",
  },
} as const;

export const refuse = refusalsOf(cometErrors);
