import { activeActors, type Call, consortiumOf, requireRole, withoutRetired } from "../context.ts";
import { refuse } from "../errors.ts";
import { receiptsNeeded } from "../policy.ts";
import { type Release, tables } from "../records.ts";
import type { Reading, Scope } from "../scope.ts";
import type { TransactionOf } from "../transaction.ts";
import { requireFirst, requireOtherOrganisation, requireRelease, requireState, settle } from "./settle.ts";

// PROTOCOL D-4: a value that was voided stays so; an attester that means another one takes another key.
function* requireNotVoided(
  { scope }: Pick<Call, "scope">,
  id: string,
  release: Release,
  kid: string,
  mac: string,
): Reading<void> {
  const claims = (yield* scope.get(tables.dispute, id, kid, mac))?.claims ?? [];
  const needed = yield* claimsNeeded(scope, release);
  if (claims.some((claim) => isVoid(claims, claim.mac, needed))) throw refuse("dispute/voided", kid);
}

function* claimsNeeded(scope: Scope, release: Release): Reading<number> {
  const policy = yield* scope.must(tables.policy, release.className);
  return Math.max(receiptsNeeded(policy, yield* consortiumOf(scope)), MIN_CLAIMS);
}

/** PROTOCOL D-2: an organisation proves that it holds the stored bytes. */
export function* storageReceipt(call: Call<TransactionOf<"storage.receipt">>): Reading<object> {
  const { scope, signer, transaction } = call;
  requireRole(signer, "node");
  const { mac, release: id } = transaction.body;
  const release = yield* requireRelease(scope, id);
  requireOtherOrganisation(release, signer.organisation);
  requireState(release, "REGISTERED", "STORED", "PUBLISHED");
  const { kid, organisation } = signer;
  const receipts = yield* withoutRetired(scope, release.receipts, organisation);
  requireFirst(receipts, organisation);
  yield* requireNotVoided(call, id, release, kid, mac);
  const settled = yield* settle(call, id, { ...release, receipts: [...receipts, { kid, mac, organisation }] });
  return { release: id, state: settled.state };
}

/** One organisation's word against another's decides nothing. */
const MIN_CLAIMS = 2;

// PROTOCOL D-3: k organisations that agree on another value than the attester's void its receipt.
function isVoid(claims: readonly { readonly mac: string }[], mac: string, needed: number): boolean {
  return claims.filter((claim) => claim.mac === mac).length >= needed;
}

/** PROTOCOL D-3: holders recompute an attester's value; k that agree on another one void the receipt. */
export function* disputeReceipt(call: Call<TransactionOf<"storage.dispute">>): Reading<object> {
  const { scope, signer, transaction } = call;
  requireRole(signer, "node");
  const { kid, mac, release: id } = transaction.body;
  const release = yield* requireRelease(scope, id);
  requireOtherOrganisation(release, signer.organisation);
  const disputed = release.receipts.find((each) => each.kid === kid);
  const holder = release.receipts.some((each) => each.organisation === signer.organisation && each.kid !== kid);
  if (disputed === undefined || !holder || disputed.mac === mac) throw refuse("dispute/receipt", kid);
  const before = (yield* scope.get(tables.dispute, id, kid, disputed.mac))?.claims ?? [];
  requireFirst(before, signer.organisation);
  const claims = [...before, { kid: signer.kid, mac, organisation: signer.organisation }];
  scope.put(tables.dispute, [id, kid, disputed.mac], { claims });
  const counted = yield* activeActors(scope, claims);
  if (!isVoid(counted, mac, yield* claimsNeeded(scope, release)))
    return { release: id, state: release.state, voided: false };
  const receipts = release.receipts.filter((each) => each.kid !== kid);
  const settled = yield* settle(call, id, { ...release, receipts });
  return { release: id, state: settled.state, voided: true };
}
