import { refusalsOf } from "@firmament/core/errors";

export const witnessErrors = {
  "witness/two-histories": {
    status: 500,
    rule: "A witness never cosigns two roots for one size, nor a size below one that it cosigned.",
    remedy:
      "Keep this database and the sequencer's; they prove that two histories were shown, or that a backup was restored.",
  },
  "witness/clock": {
    status: 503,
    rule: "A witness does not cosign a block whose time is more than 60 s off its own clock.",
    remedy: "Compare the clocks of this machine and of the sequencer.",
  },
  "witness/stale": {
    status: 503,
    rule: "A witness does not cosign when its last entry is older than half the freshness limit.",
    remedy: "Wait for the next entry; a node's tick makes one.",
  },
  "witness/not-cosigner": {
    status: 500,
    rule: "A witness cosigns with a key that the trust root in force delegates to its organisation.",
    remedy: "Put the key into the next trust root, or use the one that is in it.",
  },
  "witness/form": {
    status: 400,
    rule: "A request to a witness must have the form of docs/PROTOCOL.md.",
    remedy: "Compare the request with the protocol.",
  },
  "witness/fault": {
    status: 500,
    rule: "A node answers what it is asked, unless it meets a fault of its own.",
    remedy: "Read the node's log.",
  },
  "witness/no-checkpoint": {
    status: 404,
    rule: "A checkpoint is served once it is cosigned.",
    remedy: "Wait for the first cosignature.",
  },
} as const;

export const refuse = refusalsOf(witnessErrors);
