import { Refusal } from "@firmament/core/errors";
import {
  assertAboveFloor,
  type ClassPolicy,
  type ConsortiumPolicy,
  receiptsNeeded,
  type Release,
  type Role,
  tables,
} from "@firmament/core/registry";
import type { Step } from "./step.ts";

interface Actor {
  readonly kid: string;
  readonly organisation: string;
}

/** Distinct active organisations other than the author's whose active identity of that organisation has the role. */
function organisations(step: Step, actors: readonly Actor[], author: string, role?: Role): ReadonlySet<string> {
  const acting = actors.filter(({ kid, organisation }) => {
    const identity = step.after(tables.identity, kid);
    const isOwn = identity?.organisation === organisation && identity.status === "active";
    const isActive = step.after(tables.organisation, organisation)?.status === "active";
    return isOwn && isActive && (role === undefined || identity.roles.includes(role));
  });
  return new Set(acting.map((each) => each.organisation).filter((name) => name !== author));
}

function checkApprovals(step: Step, where: string, release: Release, policy: ClassPolicy, floor: number): void {
  for (const rule of policy.approvals) {
    const able = [...organisations(step, release.approvals, release.organisation, rule.role)];
    const counted = able.filter((name) => rule.organisations?.includes(name) ?? true).length;
    if (counted < rule.count) {
      step.note("audit/publication", `${where}, approvals by ${rule.role}`, String(counted), `≥ ${rule.count}`);
    }
  }
  const all = organisations(step, release.approvals, release.organisation).size;
  if (all < floor) step.note("audit/publication", `${where}, approvals`, String(all), `≥ ${floor}`);
}

function checkFloor(step: Step, where: string, policy: ClassPolicy, consortium: ConsortiumPolicy): void {
  try {
    assertAboveFloor(policy, consortium);
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    step.note("audit/publication", `${where}, policy`, cause.message, "a policy that meets P-3");
  }
}

/** PROTOCOL Y-5: what goes live has its receipts and approvals at that very transaction. */
export function checkPublications(step: Step): void {
  for (const { after: release, before, parts } of step.changed(tables.release)) {
    if (release?.state !== "PUBLISHED" || before?.state === "PUBLISHED") continue;
    const where = `release ${parts.join(" ")}`;
    const policy = step.after(tables.policy, release.className);
    const consortium = step.after(tables.consortium);
    if (policy === undefined || consortium === undefined) {
      step.note("audit/publication", where, "no policy", "a policy");
      continue;
    }
    const needed = release.stored === undefined ? 0 : receiptsNeeded(policy, consortium);
    const receipts = organisations(step, release.receipts, release.organisation, "node").size;
    if (receipts < needed) step.note("audit/publication", `${where}, receipts`, String(receipts), `≥ ${needed}`);
    checkApprovals(step, where, release, policy, consortium.floor.approvals);
    checkFloor(step, where, policy, consortium);
  }
}
