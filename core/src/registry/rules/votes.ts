import { toBase64url } from "../../bytes/index.ts";
import { canonicalBytes } from "../../codec/index.ts";
import { quorumOf } from "../../trust/index.ts";
import type { Action } from "../actions.ts";
import { activeActors, type Call, consortiumOf, requireRole } from "../context.ts";
import { refuse } from "../errors.ts";
import { type Row, tables } from "../records.ts";
import type { Reading } from "../scope.ts";
import type { TransactionOf } from "../transaction.ts";
import { carryOut } from "./decisions.ts";

type Proposal = Row<typeof tables.proposal>;

/** The organisation that an action is about, which has no vote on it. */
function subjectOf(action: Action): string | undefined {
  switch (action.type) {
    case "organisation.reinstate":
    case "organisation.remove":
    case "organisation.suspend":
      return action.organisation;
    case "class.create":
    case "class.policy":
    case "consortium.policy":
    case "organisation.admit":
    case "rules.activate":
    case "vendor.create":
      return undefined;
  }
}

// PROTOCOL V-4: recounted with the identities that are active at this very transaction.
function* decide(call: Call, digest: string, proposal: Proposal): Reading<object> {
  const { scope } = call;
  const consortium = yield* consortiumOf(scope);
  const electorate = yield* scope.must(tables.electorate);
  const counted = yield* activeActors(scope, proposal.votes, "admin");
  const needed = quorumOf(electorate.organisations.length, consortium.faults);
  const decided = counted.length >= needed;
  scope.put(tables.proposal, [digest], { ...proposal, status: decided ? "decided" : "open" });
  if (decided) yield* carryOut(call, proposal.action);
  return { decided, needed, proposal: digest, votes: counted.length };
}

function* addVote(call: Call, digest: string, proposal: Proposal): Reading<object> {
  const { organisation, kid } = call.signer;
  if (subjectOf(proposal.action) === organisation) throw refuse("proposal/subject", organisation);
  const before = yield* activeActors(call.scope, proposal.votes, "admin");
  if (before.some((vote) => vote.organisation === organisation)) throw refuse("proposal/voted", organisation);
  const others = proposal.votes.filter((vote) => vote.organisation !== organisation);
  return yield* decide(call, digest, { ...proposal, votes: [...others, { kid, organisation }] });
}

/** PROTOCOL V-2: opens a proposal, bound to its digest, the electorate and the policy; the proposer votes for it. */
export function* createProposal(call: Call<TransactionOf<"proposal.create">>): Reading<object> {
  const { context, scope, signer, transaction } = call;
  requireRole(signer, "admin");
  const electorate = yield* scope.must(tables.electorate);
  const consortium = yield* consortiumOf(scope);
  const { action } = transaction.body;
  const bound = { action, electorate: electorate.version, policy: consortium.version };
  const digest = toBase64url(context.crypto.sha256(canonicalBytes(bound)));
  if ((yield* scope.get(tables.proposal, digest)) !== undefined) throw refuse("proposal/exists", digest);
  return yield* addVote(call, digest, { ...bound, status: "open", votes: [] });
}

/** PROTOCOL V-3: a vote for an open proposal under the electorate and policy that it was made for. */
export function* vote(call: Call<TransactionOf<"proposal.vote">>): Reading<object> {
  const { scope, signer, transaction } = call;
  requireRole(signer, "admin");
  const { proposal: digest } = transaction.body;
  const proposal = yield* scope.get(tables.proposal, digest);
  if (proposal === undefined) throw refuse("proposal/unknown", digest);
  if (proposal.status === "decided") throw refuse("proposal/closed", digest);
  const electorate = yield* scope.must(tables.electorate);
  const consortium = yield* consortiumOf(scope);
  if (proposal.electorate !== electorate.version || proposal.policy !== consortium.version) {
    throw refuse("proposal/stale", `Made for electorate ${proposal.electorate} and policy ${proposal.policy}.`);
  }
  return yield* addVote(call, digest, proposal);
}
