import { type Actor, activeActors, type Call, consortiumOf } from "../context.ts";
import { refuse } from "../errors.ts";
import { lastPublished, publishInHead, supersedeBelow } from "../head.ts";
import { compareVersions } from "../../manifest/index.ts";
import { assertAboveFloor, type ClassPolicy, receiptsNeeded } from "../policy.ts";
import { type Head, type Release, tables } from "../records.ts";
import type { Reading, Scope } from "../scope.ts";

/** @throws Refusal `release/unknown` */
export function* requireRelease(scope: Scope, id: string): Reading<Release> {
  const found = yield* scope.get(tables.release, id);
  if (found === undefined) throw refuse("release/unknown", id);
  return found;
}

// PROTOCOL L-5: distinct active organisations for each rule of the class; the author's was refused on entry.
function* approved(scope: Scope, approvals: readonly Actor[], policy: ClassPolicy): Reading<boolean> {
  for (const rule of policy.approvals) {
    const able = yield* activeActors(scope, approvals, rule.role);
    const counted = able.filter((each) => rule.organisations?.includes(each.organisation) ?? true);
    if (counted.length < rule.count) return false;
  }
  const { floor } = yield* consortiumOf(scope);
  return (yield* activeActors(scope, approvals)).length >= floor.approvals;
}

/** Writes a head, and the state of every release that its newest one supersedes. */
export function* putHead(scope: Scope, className: string, head: Head, newest: string): Reading<void> {
  const next = supersedeBelow(head, newest);
  scope.put(tables.head, [className], next.head);
  for (const id of next.superseded) {
    const before = yield* scope.must(tables.release, id);
    scope.put(tables.release, [id], { ...before, state: "SUPERSEDED" });
  }
}

function* isNewest(scope: Scope, release: Release, head: Head): Reading<boolean> {
  const last = lastPublished(head);
  if (last === undefined) return true;
  const { versions } = yield* scope.must(tables.class, release.className);
  return release.sequence > last.sequence && compareVersions(versions, release.version, last.version) > 0;
}

function* publish(scope: Scope, id: string, release: Release): Reading<Release> {
  assertAboveFloor(yield* scope.must(tables.policy, release.className), yield* consortiumOf(scope));
  const head = yield* scope.must(tables.head, release.className);
  if (!(yield* isNewest(scope, release, head))) return { ...release, state: "SUPERSEDED" };
  yield* putHead(scope, release.className, publishInHead(head, id, release), id);
  return { ...release, state: "PUBLISHED" };
}

/**
 * Moves a release as far as its receipts and approvals carry it: the last needed one moves it in the same
 * transaction (PROTOCOL L-3, L-4, L-5).
 */
export function* settle({ scope }: Pick<Call, "scope">, id: string, release: Release): Reading<Release> {
  const policy = yield* scope.must(tables.policy, release.className);
  const needed = release.stored === undefined ? 0 : receiptsNeeded(policy, yield* consortiumOf(scope));
  const stored = (yield* activeActors(scope, release.receipts)).length >= needed;
  let next: Release = release;
  if (next.state === "REGISTERED" && stored) next = { ...next, state: "STORED" };
  else if (next.state === "STORED" && !stored) next = { ...next, state: "REGISTERED" };
  if (next.state === "STORED" && (yield* approved(scope, next.approvals, policy)))
    next = yield* publish(scope, id, next);
  scope.put(tables.release, [id], next);
  return next;
}

export function requireOtherOrganisation(release: Release, organisation: string): void {
  if (release.organisation === organisation) throw refuse("release/own-organisation", organisation);
}

export function requireState(release: Release, ...states: readonly Release["state"][]): void {
  if (!states.includes(release.state))
    throw refuse("release/state", `It is ${release.state}; needed: ${states.join(" or ")}.`);
}

export function requireFirst(actors: readonly Actor[], organisation: string): void {
  if (actors.some((each) => each.organisation === organisation)) throw refuse("release/acted", organisation);
}
