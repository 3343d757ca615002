import { refusalsOf } from "../errors/index.ts";

export const evidenceErrors = {
  "evidence/ledger": {
    status: 400,
    rule: "Both checkpoints of a proof of two histories must be of one ledger, which the trust root names.",
    remedy: "Compare checkpoints of the same ledger.",
  },
  "evidence/order": {
    status: 400,
    rule: "The first checkpoint of a proof of two histories must not be larger than the second.",
    remedy: "Exchange them.",
  },
  "evidence/one-history": {
    status: 409,
    rule: "A proof of two histories must show two roots for one size.",
    remedy: "Nothing is wrong: the larger checkpoint continues the smaller.",
  },
} as const;

export const refuse = refusalsOf(evidenceErrors);
