import { fromBase64url, utf8 } from "../../bytes/index.ts";
import { keyId } from "../../keys/index.ts";
import { assertTrustStep, decodeTrustRoot, type TrustRoot } from "../../trust/index.ts";
import { type Call, claimKey, requireRole } from "../context.ts";
import { refuse } from "../errors.ts";
import { tables } from "../records.ts";
import type { Reading, Scope } from "../scope.ts";
import type { TransactionOf } from "../transaction.ts";

// Keys that stay from one trust root to the next are claimed already, for the same purpose.
function* claimTrustKey(scope: Scope, kid: string, purpose: "cosigner" | "root"): Reading<void> {
  const found = yield* scope.get(tables.keyUse, kid);
  if (found?.purpose !== purpose) yield* claimKey(scope, kid, purpose);
}

/** Claims every root and cosigner key of a trust root. */
export function* claimTrustKeys({ context, scope }: Pick<Call, "context" | "scope">, root: TrustRoot): Reading<void> {
  for (const member of root.document.organisations) {
    yield* claimTrustKey(scope, keyId(context.crypto, member.root), "root");
    for (const { key } of member.cosigners) yield* claimTrustKey(scope, keyId(context.crypto, key), "cosigner");
  }
}

/** PROTOCOL R-7: the next trust root enters the ledger once both thresholds signed it. */
export function* nextTrust(call: Call<TransactionOf<"trust.next">>): Reading<object> {
  const { context, scope, signer, transaction } = call;
  requireRole(signer, "admin");
  const ledger = yield* scope.must(tables.ledger);
  const { document: current } = yield* scope.must(tables.trust, String(ledger.trust));
  const signatures = transaction.body.signatures.map(({ kid, signature }) => ({
    kid,
    signature: fromBase64url(signature),
  }));
  const step = { document: utf8(transaction.body.document), signatures };
  const next = assertTrustStep(context.crypto, decodeTrustRoot(context.crypto, utf8(current)), step);
  const { organisations } = yield* scope.must(tables.electorate);
  const foreign = next.document.organisations.find((member) => !organisations.includes(member.name));
  if (foreign !== undefined) throw refuse("trust/ledger", `${foreign.name} is not active.`);
  if (!next.document.ledgers.some((each) => each.id === context.ledger))
    throw refuse("trust/ledger", `It lacks ${context.ledger}.`);
  const ended = next.document.organisations.find((member) =>
    member.cosigners.every(({ until }) => until <= context.time),
  );
  if (ended !== undefined) throw refuse("trust/ended", `${ended.name} at ${context.time}.`);
  yield* claimTrustKeys(call, next);
  scope.put(tables.trust, [String(next.document.version)], { document: transaction.body.document });
  scope.put(tables.ledger, [], { ...ledger, trust: next.document.version });
  return { trust: next.document.version };
}
