import { activeActors, type Call, consortiumOf, requireRole, withoutRetired } from "../context.ts";
import { refuse } from "../errors.ts";
import { changeInHead, isPartial, stopInHead } from "../head.ts";
import { quorumOf } from "../../trust/index.ts";
import { type Release, tables } from "../records.ts";
import type { Reading } from "../scope.ts";
import type { TransactionOf } from "../transaction.ts";
import { putHead, requireFirst, requireOtherOrganisation, requireRelease, requireState, settle } from "./settle.ts";

/** One approval for each role that approves; more would only fill the record. */
const MAX_OWN_APPROVALS = 3;

/** PROTOCOL L-5: an approval by an organisation other than the author's. */
export function* approveRelease(call: Call<TransactionOf<"release.approve">>): Reading<object> {
  const { scope, signer, transaction } = call;
  requireRole(signer, "approver", "auditor", "builder");
  const { release: id } = transaction.body;
  const release = yield* requireRelease(scope, id);
  requireOtherOrganisation(release, signer.organisation);
  requireState(release, "REGISTERED", "STORED");
  const { kid, organisation } = signer;
  const approvals = yield* withoutRetired(scope, release.approvals, organisation);
  const own = approvals.filter((each) => each.organisation === organisation);
  if (own.length >= MAX_OWN_APPROVALS || own.some((each) => each.kid === kid))
    throw refuse("release/acted", organisation);
  const settled = yield* settle(call, id, { ...release, approvals: [...approvals, { kid, organisation }] });
  return { release: id, state: settled.state };
}

/** PROTOCOL L-6: one approving organisation stops new installs for a while, once. */
export function* holdRelease(call: Call<TransactionOf<"release.hold">>): Reading<object> {
  const { context, scope, signer, transaction } = call;
  requireRole(signer, "approver");
  const { release: id } = transaction.body;
  const release = yield* requireRelease(scope, id);
  requireOtherOrganisation(release, signer.organisation);
  requireState(release, "PUBLISHED");
  if ((yield* scope.get(tables.hold, id, signer.organisation)) !== undefined)
    throw refuse("hold/renewed", signer.organisation);
  const until = context.time + (yield* consortiumOf(scope)).hold;
  scope.put(tables.hold, [id, signer.organisation], { until });
  const head = yield* scope.must(tables.head, release.className);
  const next = changeInHead(head, id, (item) => ({ ...item, heldUntil: Math.max(until, item.heldUntil ?? 0) }));
  scope.put(tables.head, [release.className], next);
  return { release: id, until };
}

function* stop(
  call: Call,
  id: string,
  release: Release,
  state: "REVOKED" | "WITHDRAWN",
  reason: string,
): Reading<object> {
  const { scope } = call;
  scope.put(tables.release, [id], { ...release, reason, state });
  if (release.state === "PUBLISHED" || release.state === "SUPERSEDED") {
    const head = yield* scope.must(tables.head, release.className);
    scope.put(tables.head, [release.className], stopInHead(head, id, release, state));
  }
  return { release: id, state };
}

/** PROTOCOL L-7: the author's organisation revokes alone, the others by a quorum. */
export function* revokeRelease(call: Call<TransactionOf<"release.revoke">>): Reading<object> {
  const { scope, signer, transaction } = call;
  const { reason, release: id } = transaction.body;
  const release = yield* requireRelease(scope, id);
  requireState(release, "REGISTERED", "STORED", "PUBLISHED", "SUPERSEDED");
  if (release.organisation === signer.organisation) {
    requireRole(signer, "admin", "author");
    return yield* stop(call, id, release, "REVOKED", reason);
  }
  requireRole(signer, "admin", "approver");
  requireFirst(yield* activeActors(scope, release.revocations), signer.organisation);
  const { kid, organisation } = signer;
  const others = release.revocations.filter((each) => each.organisation !== organisation);
  const next = { ...release, revocations: [...others, { kid, organisation }] };
  const { organisations } = yield* scope.must(tables.electorate);
  const needed = quorumOf(organisations.length, (yield* consortiumOf(scope)).faults);
  const counted = (yield* activeActors(scope, next.revocations)).length;
  if (counted >= needed) return yield* stop(call, id, next, "REVOKED", reason);
  scope.put(tables.release, [id], next);
  return { needed, release: id, revocations: counted, state: next.state };
}

/** PROTOCOL L-8: the author's organisation takes a release back. */
export function* withdrawRelease(call: Call<TransactionOf<"release.withdraw">>): Reading<object> {
  const { scope, signer, transaction } = call;
  requireRole(signer, "admin", "author");
  const { reason, release: id } = transaction.body;
  const release = yield* requireRelease(scope, id);
  if (release.organisation !== signer.organisation) throw refuse("release/not-author", signer.organisation);
  requireState(release, "REGISTERED", "STORED", "PUBLISHED", "SUPERSEDED");
  return yield* stop(call, id, release, "WITHDRAWN", reason);
}

/** PROTOCOL L-9: the author's organisation widens a rollout; at 1000 permille it supersedes what is lower. */
export function* widenRollout(call: Call<TransactionOf<"release.rollout">>): Reading<object> {
  const { scope, signer, transaction } = call;
  requireRole(signer, "admin", "author");
  const { permille, release: id } = transaction.body;
  const release = yield* requireRelease(scope, id);
  if (release.organisation !== signer.organisation) throw refuse("release/not-author", signer.organisation);
  requireState(release, "PUBLISHED");
  const before = release.rollout;
  if (!isPartial(before)) throw refuse("rollout/permille", "The release has no rollout.");
  if (permille <= before.permille && permille < 1000) throw refuse("rollout/permille", `It is at ${before.permille}.`);
  const rollout = { ...before, groups: permille === 1000 ? [] : before.groups, permille };
  scope.put(tables.release, [id], { ...release, rollout });
  const head = yield* scope.must(tables.head, release.className);
  const next = changeInHead(head, id, (item) => {
    const { rollout: _, ...rest } = item;
    return isPartial(rollout) ? { ...rest, rollout } : rest;
  });
  yield* putHead(scope, release.className, next, id);
  return { permille, release: id };
}
