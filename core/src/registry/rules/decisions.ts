import type { Action } from "../actions.ts";
import { type Call, claimKey, consortiumOf, requireActive } from "../context.ts";
import { refuse } from "../errors.ts";
import { emptyHead } from "../head.ts";
import { assertAboveFloor, assertFloorReachable, assertReachable, type ClassPolicy } from "../policy.ts";
import { assertPossession } from "../possession.ts";
import { tables } from "../records.ts";
import type { Reading, Scope } from "../scope.ts";
import { assertQuorumRemains, trustInForce } from "./electorate.ts";
import { activateRules } from "./upgrade.ts";
import { followElectorate } from "./validators.ts";

type NewAdmin = ActionOf<"organisation.admit">["admin"];
type ActionOf<T extends Action["type"]> = Extract<Action, { readonly type: T }>;

function* setElectorate(scope: Scope, change: (names: readonly string[]) => readonly string[]): Reading<void> {
  const { organisations, version } = yield* scope.must(tables.electorate);
  const names = [...new Set(change(organisations))].sort((a, b) => (a < b ? -1 : 1));
  yield* assertQuorumRemains(scope, names);
  scope.put(tables.electorate, [], { organisations: names, version: version + 1 });
  yield* followElectorate(scope);
}

function* enrolAdmin({ context, scope }: Call, organisation: string, { key, proof }: NewAdmin): Reading<void> {
  const claim = { ledger: context.ledger, organisation, purpose: "transaction" } as const;
  const kid = assertPossession(context.crypto, key, claim, proof);
  yield* claimKey(scope, kid, "transaction");
  scope.put(tables.identity, [kid], { key, organisation, roles: ["admin"], status: "active" });
}

function* admit(call: Call, { admin, organisation }: ActionOf<"organisation.admit">): Reading<void> {
  const { scope } = call;
  if ((yield* scope.get(tables.organisation, organisation)) !== undefined)
    throw refuse("organisation/exists", organisation);
  scope.put(tables.organisation, [organisation], { status: "active" });
  yield* enrolAdmin(call, organisation, admin);
  yield* setElectorate(scope, (names) => [...names, organisation]);
}

function* changeStatus(
  { scope }: Call,
  organisation: string,
  from: readonly string[],
  to: "active" | "removed" | "suspended",
): Reading<void> {
  const found = yield* scope.get(tables.organisation, organisation);
  if (found === undefined) throw refuse("organisation/unknown", organisation);
  if (!from.includes(found.status)) throw refuse("organisation/inactive", `${organisation} is ${found.status}.`);
  scope.put(tables.organisation, [organisation], { status: to });
  yield* setElectorate(scope, (names) =>
    to === "active" ? [...names, organisation] : names.filter((name) => name !== organisation),
  );
}

// An organisation that lost its administrators' keys comes back with a new one.
function* reinstate(call: Call, { admin, organisation }: ActionOf<"organisation.reinstate">): Reading<void> {
  yield* changeStatus(call, organisation, ["suspended"], "active");
  if (admin !== undefined) yield* enrolAdmin(call, organisation, admin);
}

function* changeConsortium({ scope }: Call, { policy }: ActionOf<"consortium.policy">): Reading<void> {
  const before = yield* consortiumOf(scope);
  if (policy.version !== before.version + 1) throw refuse("policy/version", `Expected ${before.version + 1}.`);
  const { organisations } = yield* scope.must(tables.electorate);
  const cosigners = (yield* trustInForce(scope)).organisations.length;
  assertFloorReachable(policy, { cosigners, organisations: organisations.length });
  scope.put(tables.consortium, [], policy);
  yield* assertQuorumRemains(scope, organisations);
}

function* setClassPolicy({ scope }: Call, className: string, policy: ClassPolicy): Reading<void> {
  const before = yield* scope.get(tables.policy, className);
  if (policy.version !== (before?.version ?? 0) + 1)
    throw refuse("policy/version", `Expected ${(before?.version ?? 0) + 1}.`);
  const consortium = yield* consortiumOf(scope);
  assertAboveFloor(policy, consortium);
  const { organisations } = yield* scope.must(tables.electorate);
  const cosigners = (yield* trustInForce(scope)).organisations.length;
  assertReachable(policy, { consortium, cosigners, organisations: organisations.length });
  scope.put(tables.policy, [className], policy);
}

function* createVendor({ scope }: Call, { organisation, vendor }: ActionOf<"vendor.create">): Reading<void> {
  yield* requireActive(scope, organisation);
  if ((yield* scope.get(tables.vendor, vendor)) !== undefined) throw refuse("vendor/exists", vendor);
  scope.put(tables.vendor, [vendor], { organisation });
}

function* createClass(
  call: Call,
  { className, policy, storageLocations, vendor, versions }: ActionOf<"class.create">,
): Reading<void> {
  const { scope } = call;
  if ((yield* scope.get(tables.vendor, vendor)) === undefined) throw refuse("vendor/unknown", vendor);
  if ((yield* scope.get(tables.class, className)) !== undefined) throw refuse("class/exists", className);
  yield* setClassPolicy(call, className, policy);
  scope.put(tables.class, [className], { storageLocations, vendor, versions });
  scope.put(tables.head, [className], emptyHead);
}

function* changeClassPolicy(call: Call, { className, policy }: ActionOf<"class.policy">): Reading<void> {
  if ((yield* call.scope.get(tables.class, className)) === undefined) throw refuse("class/unknown", className);
  yield* setClassPolicy(call, className, policy);
}

/** Carries out what a vote decided (PROTOCOL V-5); a refusal here refuses the deciding vote. */
export function* carryOut(call: Call, action: Action): Reading<void> {
  switch (action.type) {
    case "organisation.admit":
      return yield* admit(call, action);
    case "organisation.reinstate":
      return yield* reinstate(call, action);
    case "organisation.remove":
      return yield* changeStatus(call, action.organisation, ["active", "suspended"], "removed");
    case "organisation.suspend":
      return yield* changeStatus(call, action.organisation, ["active"], "suspended");
    case "consortium.policy":
      return yield* changeConsortium(call, action);
    case "rules.activate":
      return yield* activateRules(call, action);
    case "vendor.create":
      return yield* createVendor(call, action);
    case "class.create":
      return yield* createClass(call, action);
    case "class.policy":
      return yield* changeClassPolicy(call, action);
  }
}
