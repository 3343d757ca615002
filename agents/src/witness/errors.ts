import { refusalsOf } from "@firmament/core/errors";

export const witnessErrors = {
  "witness/two-histories": {
    status: 500,
    rule: "A witness never cosigns a checkpoint that does not continue the one it cosigned before.",
    remedy:
      "Keep this database and the ledger's: they show two histories. Start again from the history that a quorum cosigned.",
  },
  "witness/behind": {
    status: 503,
    rule: "A node neither cosigns nor judges the ledger before its replica has reached what was cosigned or acknowledged.",
    remedy: "Wait until the node has caught up with the ledger; its replica is an old copy.",
  },
  "witness/recalling": {
    status: 503,
    rule: "A witness does not cosign before the nodes that it needs for a quorum have told what they keep of it.",
    remedy: "Check that the other organisations' nodes run and can be reached.",
  },
  "witness/other-history": {
    status: 409,
    rule: "All organisations must cosign one history.",
    remedy:
      "Read the proof in the node's evidence folder with `firmament log check`; compare the blocks with the other organisation's and find out who showed two orders.",
  },
  "witness/censored": {
    status: 504,
    rule: "A ledger must put a transaction into a block that the rules accept.",
    remedy:
      "Carry it through another organisation's node, and show the alarms of several nodes to whoever runs the ledger.",
  },
  "witness/false-receipt": {
    status: 409,
    rule: "A storage receipt must be the value that the stored bytes give.",
    remedy:
      "Ask the organisation how it made the receipt; this node has disputed it, and a second organisation that does voids it.",
  },
  "witness/busy": {
    status: 503,
    rule: "A node carries a bounded number of transactions at a time.",
    remedy: "Send the same transaction again in a moment, or through another node.",
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
