import { utf8 } from "../../bytes/index.ts";
import { decodeCanonical } from "../../codec/index.ts";
import { quorumOf, type TrustDocument, trustLimits } from "../../trust/index.ts";
import { consortiumOf } from "../context.ts";
import { refuse } from "../errors.ts";
import { tables } from "../records.ts";
import type { Reading, Scope } from "../scope.ts";

/** The trust root in force, as the ledger holds it: it was checked when it was accepted. */
export function* trustInForce(scope: Scope): Reading<TrustDocument> {
  const { trust } = yield* scope.must(tables.ledger);
  const { document } = yield* scope.must(tables.trust, String(trust));
  return decodeCanonical(utf8(document), trustLimits) as unknown as TrustDocument;
}

/**
 * Refuses an electorate that could decide nothing more, or whose members could no longer cosign or renew the
 * trust root in force (PROTOCOL V-6).
 *
 * @throws Refusal `proposal/quorum-unreachable`
 */
export function* assertQuorumRemains(scope: Scope, organisations: readonly string[]): Reading<void> {
  const { faults } = yield* consortiumOf(scope);
  const trust = yield* trustInForce(scope);
  const quorum = quorumOf(organisations.length, faults);
  if (organisations.length < quorum) {
    throw refuse("proposal/quorum-unreachable", `${organisations.length} organisations, quorum ${quorum}.`);
  }
  const trusted = trust.organisations.filter((member) => organisations.includes(member.name)).length;
  const needed = Math.max(trust.rootThreshold, trust.threshold);
  if (trusted < needed)
    throw refuse("proposal/quorum-unreachable", `${trusted} of ${needed} could sign the trust root.`);
}
