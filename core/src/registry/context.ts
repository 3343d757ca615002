import type { Crypto } from "../keys/index.ts";
import { refuse } from "./errors.ts";
import { type ConsortiumPolicy } from "./policy.ts";
import { type Row, tables } from "./records.ts";
import type { Role } from "./roles.ts";
import type { Reading, Scope } from "./scope.ts";
import type { Transaction } from "./transaction.ts";

/** Everything that a rule may look at besides the state: no clock, no I/O, no randomness. */
export interface Context {
  readonly crypto: Crypto;
  /** Index of the log entry that the transaction makes. */
  readonly index: number;
  readonly ledger: string;
  /** Time of the transition, seconds since 1970. */
  readonly time: number;
}

/** The signer of a transaction once its right to act was checked. */
export interface Signer {
  readonly kid: string;
  readonly organisation: string;
  readonly roles: readonly Role[];
}

/** What a rule gets: the transaction is authentic and in time, the signer active. */
export interface Call<T extends Transaction = Transaction> {
  readonly context: Context;
  readonly scope: Scope;
  readonly signer: Signer;
  readonly transaction: T;
}

export function requireRole(signer: Signer, ...roles: readonly Role[]): void {
  if (!roles.some((each) => signer.roles.includes(each))) {
    throw refuse("identity/role", `Needed: ${roles.join(" or ")}; ${signer.kid} has ${signer.roles.join(", ")}.`);
  }
}

export function* consortiumOf(scope: Scope): Reading<ConsortiumPolicy> {
  return yield* scope.must(tables.consortium);
}

/** @throws Refusal `organisation/unknown`, `organisation/inactive` */
export function* requireActive(scope: Scope, organisation: string): Reading<void> {
  const found = yield* scope.get(tables.organisation, organisation);
  if (found === undefined) throw refuse("organisation/unknown", organisation);
  if (found.status !== "active") throw refuse("organisation/inactive", `${organisation} is ${found.status}.`);
}

/** Claims a key for one purpose, for ever: keys of different purposes are different keys (PROTOCOL K-6). */
export function* claimKey(scope: Scope, kid: string, purpose: Row<typeof tables.keyUse>["purpose"]): Reading<void> {
  const found = yield* scope.get(tables.keyUse, kid);
  if (found !== undefined) throw refuse("identity/exists", `${kid} is a ${found.purpose} key.`);
  scope.put(tables.keyUse, [kid], { purpose });
}

/** The actors without those of one organisation whose identity no longer acts: a new identity takes their place. */
export function* withoutRetired<T extends Actor>(
  scope: Scope,
  actors: readonly T[],
  organisation: string,
): Reading<readonly T[]> {
  const kept: T[] = [];
  for (const actor of actors) {
    const own = actor.organisation === organisation;
    const identity = own ? yield* scope.get(tables.identity, actor.kid) : undefined;
    if (!own || identity?.status === "active") kept.push(actor);
  }
  return kept;
}

export interface Actor {
  readonly kid: string;
  readonly organisation: string;
}

/** Those of the actors whose identity and organisation are active now, one per organisation (PROTOCOL V-4). */
export function* activeActors<T extends Actor>(scope: Scope, actors: readonly T[], role?: Role): Reading<readonly T[]> {
  const counted: T[] = [];
  for (const actor of actors) {
    const identity = yield* scope.get(tables.identity, actor.kid);
    const organisation = yield* scope.get(tables.organisation, actor.organisation);
    const active = identity?.status === "active" && organisation?.status === "active";
    const able = role === undefined || identity?.roles.includes(role) === true;
    if (active && able && !counted.some((each) => each.organisation === actor.organisation)) counted.push(actor);
  }
  return counted;
}
