import { refusalsOf } from "@firmament/core/errors";

/** What every adapter of the ledger port may answer besides the rules' own refusals. */
export const ledgerErrors = {
  "ledger/unavailable": {
    status: 503,
    error: "ERR_BC_NOT_AVAILABLE",
    rule: "The ledger must answer.",
    remedy:
      "Check that the ledger's process runs and that its address is right; sending the same transaction again is safe.",
  },
  "ledger/halted": {
    status: 503,
    error: "ERR_BC_NOT_AVAILABLE",
    rule: "A ledger that met a fault takes no more transactions.",
    remedy: "Read its log, mend the cause and start it again; what was acknowledged is kept.",
  },
  "ledger/busy": {
    status: 503,
    error: "ERR_BC_NOT_AVAILABLE",
    rule: "A ledger queues a bounded number of transactions.",
    remedy: "Send the same transaction again in a moment.",
  },
  "ledger/no-quorum": {
    status: 503,
    error: "ERR_BC_NOT_AVAILABLE",
    rule: "A block needs more than two thirds of the validators.",
    remedy:
      "See with `firmament node doctor` which organisations' nodes are away; sending the same transaction again is safe.",
  },
} as const;

export const refuseLedger = refusalsOf(ledgerErrors);
