import { refusalsOf } from "@firmament/core/errors";

export const ledgerHttpErrors = {
  "ledger/request": {
    status: 400,
    rule: "A request to the ledger must have the form of docs/PROTOCOL.md.",
    remedy: "Compare the request with the protocol.",
  },
  "ledger/fault": {
    status: 500,
    error: "ERR_BC_NOT_AVAILABLE",
    rule: "A ledger answers what it is asked, unless it meets a fault of its own.",
    remedy: "Read the ledger's log, mend the cause and start it again.",
  },
  "ledger/height": {
    status: 400,
    rule: "A height is a decimal number.",
    remedy: "Ask for `GET /v1/blocks?from=<height>`.",
  },
  "ledger/answer": {
    status: 502,
    error: "ERR_BC_NOT_AVAILABLE",
    rule: "The ledger's answer must have the form of docs/PROTOCOL.md.",
    remedy: "Check that the address belongs to a ledger of this version.",
  },
} as const;

export const refuse = refusalsOf(ledgerHttpErrors);
