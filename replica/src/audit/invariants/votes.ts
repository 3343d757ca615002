import { type Row, type Table, tables } from "@firmament/core/registry";
import { quorumOf } from "@firmament/core/trust";
import type { Step } from "./step.ts";

type Proposal = Row<typeof tables.proposal>;

// Only a decided proposal writes these.
const governed: readonly Table<unknown>[] = [
  tables.class,
  tables.consortium,
  tables.electorate,
  tables.organisation,
  tables.policy,
  tables.upgrade,
  tables.vendor,
];

// Votes count as they stood before the action that they decided.
function counted(step: Step, { votes }: Proposal): number {
  const able = votes.filter(({ kid, organisation }) => {
    const identity = step.before(tables.identity, kid);
    const isAdmin = identity?.organisation === organisation && identity.roles.includes("admin");
    const isActive = step.before(tables.organisation, organisation)?.status === "active";
    return isAdmin && isActive && identity.status === "active";
  });
  return new Set(able.map((each) => each.organisation)).size;
}

function checkProposal(step: Step, where: string, proposal: Proposal): void {
  const names = proposal.votes.map((each) => each.organisation);
  if (new Set(names).size < names.length) step.note("audit/vote", where, names.join(", "), "one vote each");
  const { action } = proposal;
  const isAbout = "organisation" in action && action.type !== "vendor.create" && names.includes(action.organisation);
  if (isAbout) step.note("audit/vote", where, `a vote of ${action.organisation}`, "none of its subject");
}

function checkDecision(step: Step, where: string, proposal: Proposal): void {
  const n = step.before(tables.electorate)?.organisations.length ?? 0;
  const needed = quorumOf(n, step.before(tables.consortium)?.faults ?? 0);
  const votes = counted(step, proposal);
  if (votes < needed) step.note("audit/vote", where, `decided by ${votes} votes`, `≥ ${needed}`);
}

function checkElectorate(step: Step): void {
  const organisations = step.after(tables.electorate)?.organisations ?? [];
  for (const { after, parts } of step.changed(tables.organisation)) {
    const [name = ""] = parts;
    const isMember = organisations.includes(name);
    if (isMember !== (after?.status === "active")) {
      step.note("audit/vote", `electorate, ${name}`, isMember ? "a member" : "no member", `as it is ${after?.status}`);
    }
  }
  const quorum = quorumOf(organisations.length, step.after(tables.consortium)?.faults ?? 0);
  if (organisations.length < quorum) {
    step.note("audit/vote", "electorate", `${organisations.length} organisations`, `≥ its quorum ${quorum}`);
  }
}

/** PROTOCOL Y-8: one organisation, one vote, and nothing governed changes without a quorum of them. */
export function checkVotes(step: Step): void {
  let decisions = 0;
  for (const { after, before, parts } of step.changed(tables.proposal)) {
    if (after === undefined) continue;
    const where = `proposal ${parts.join(" ")}`;
    checkProposal(step, where, after);
    if (after.status !== "decided" || before?.status === "decided") continue;
    decisions++;
    checkDecision(step, where, after);
  }
  const changes = governed.flatMap((table) => step.changed(table).map(({ parts }) => [table.name, ...parts].join(" ")));
  if (changes.length === 0) return;
  if (step.transaction !== undefined && decisions !== 1) {
    step.note("audit/vote", changes.join(", "), `changed with ${decisions} decisions`, "changed by one decision");
  }
  checkElectorate(step);
}
