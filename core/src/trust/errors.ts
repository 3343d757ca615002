import { refusalsOf } from "../errors/index.ts";

export const trustErrors = {
  "trust/threshold": {
    status: 400,
    rule: "A trust root's thresholds must exceed (organisations + faults) / 2 and not exceed the organisations.",
    remedy: "Choose thresholds that a quorum can reach and that two quorums cannot share without an honest member.",
  },
  "trust/duplicate-key": {
    status: 400,
    rule: "Every key of a trust root must stand in it once, and cosigner key ids must differ.",
    remedy: "Give every organisation keys of its own.",
  },
  "trust/cosigner-key": {
    status: 400,
    rule: "A cosigner key must be an Ed25519 key.",
    remedy: "Make an Ed25519 key for the cosigner.",
  },
  "trust/version": {
    status: 400,
    rule: "Trust roots follow one another: version N+1 after version N, none left out.",
    remedy: "Supply every trust root from trust/1 on.",
  },
  "trust/previous": {
    status: 400,
    rule: "A trust root must name the digest of the one before it.",
    remedy: "Supply the chain of the right consortium.",
  },
  "trust/signature": {
    status: 403,
    rule: "A trust root may carry only valid signatures of its own or the previous root keys, each once, in key order.",
    remedy: "Sign the trust root again and leave out every other signature.",
  },
  "trust/old-quorum": {
    status: 403,
    rule: "A trust root must be signed by the threshold of the previous trust root.",
    remedy: "Collect signatures of the previous trust root's organisations.",
  },
  "trust/new-quorum": {
    status: 403,
    rule: "A trust root must be signed by the threshold of its own organisations.",
    remedy: "Collect signatures of the new trust root's organisations.",
  },
  "trust/pinned": {
    status: 403,
    rule: "The trust chain must contain the trust root that the device pins.",
    remedy: "Check that the bundle and the device belong to the same consortium.",
  },
  "trust/behind": {
    status: 403,
    rule: "The trust chain must reach at least the version that the device knows already.",
    remedy: "Fetch a newer bundle; this one was made before the trust root changed.",
  },
} as const;

export const refuse = refusalsOf(trustErrors);
