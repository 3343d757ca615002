import { fromBase64url } from "@firmament/core/bytes";
import { decodeTrustRoot } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";
import { timeText } from "../output.ts";
import { type Draft, draftedLedger } from "./draft.ts";
import { fingerprint } from "./fingerprint.ts";
import { memberLines } from "./member-words.ts";
import { trustTerms } from "./trust-words.ts";

/** A draft for people, who read it before they sign: the ledger, its trust root and policy, every organisation. */
export function draftLines(draft: Draft): string[] {
  const { clock, policy, rules, time } = draft.genesis;
  const { digest, ledger, trust } = draftedLedger(draft);
  const { algorithms, approvals, cosignatures, freshness, receipts } = policy.floor;
  return [
    `ledger ${ledger}`,
    `fingerprint ${fingerprint(fromBase64url(digest))}`,
    `founded ${timeText(time)}, rules ${rules}, time by ${clock}`,
    "",
    ...trustTerms(decodeTrustRoot(nodeCrypto, trust)),
    "",
    `policy ${policy.version}: votes bear ${policy.faults} dishonest organisations; evidence is stale after ${policy.freshness} s`,
    `a grant lasts ${policy.grant} s, a hold ${policy.hold} s; sequence tolerance ${policy.sequenceTolerance} ms`,
    `no class has less than: ${receipts} receipts, ${approvals} approvals, ${cosignatures} cosignatures, freshness ${freshness} s, of ${algorithms.join(", ")}`,
    "",
    ...draft.members.flatMap(({ statement }) => memberLines(statement)),
  ];
}
