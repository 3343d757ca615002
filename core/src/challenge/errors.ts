import { refusalsOf } from "../errors/index.ts";

export const challengeErrors = {
  "challenge/form": {
    status: 400,
    rule: "An answer to a challenge must have the form of clause O-13 or O-14.",
    remedy: "Ask for the proof again; compare the file with docs/PROTOCOL.md, section 8.",
  },
  "challenge/ledger": {
    status: 409,
    rule: "A checkpoint must be of a ledger that the trust root names, and an entry of the checkpoint's ledger.",
    remedy: "Check the proof with the trust root of its own consortium.",
  },
  "challenge/quorum": {
    status: 409,
    rule: "A checkpoint proves something where the trust root's threshold of organisations cosigned it.",
    remedy: "Ask for a proof under a checkpoint with more cosignatures, or check it with the newest trust root.",
  },
} as const;

export const refuse = refusalsOf(challengeErrors);
