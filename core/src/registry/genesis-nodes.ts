import { type Crypto, keyId } from "../keys/index.ts";
import { refuse } from "./errors.ts";
import { tables, type Validators } from "./records.ts";
import type { Reading, Scope } from "./scope.ts";
import { type EngineNode, validatorLimits } from "./validator.ts";

interface Founder {
  readonly name: string;
  readonly authority?: string;
  readonly node?: EngineNode;
}

/**
 * All founders run a node of the engine, or none does (PROTOCOL G-5).
 *
 * @throws Refusal `genesis/form`
 */
export function assertNodes(founders: readonly Founder[]): void {
  const nodes = founders.flatMap(({ node }) => node ?? []);
  if (nodes.length === 0) return;
  if (nodes.length < Math.max(founders.length, validatorLimits.min))
    throw refuse("genesis/form", `${nodes.length} of ${founders.length} founders have a node; needed: all, and four.`);
  if (new Set(nodes.map((node) => node.peer)).size < nodes.length) throw refuse("genesis/form", "A peer stands twice.");
}

/** Claims a founder's key, without a proof: the founders' signatures stand for it. @throws Refusal `genesis/form` */
export function* claimOnce(scope: Scope, kid: string, purpose: "transaction" | "validator"): Reading<void> {
  if ((yield* scope.get(tables.keyUse, kid)) !== undefined) throw refuse("genesis/form", `${kid} stands twice.`);
  scope.put(tables.keyUse, [kid], { purpose });
}

/** Writes the founders' authorities and nodes, and the first validators (PROTOCOL G-4, G-5). */
export function* foundNodes(crypto: Crypto, scope: Scope, founders: readonly Founder[]): Reading<void> {
  const members: Validators["members"][number][] = [];
  for (const { authority, name: organisation, node } of founders) {
    if (authority !== undefined) scope.put(tables.authority, [organisation], { certificate: authority });
    if (node === undefined) continue;
    yield* claimOnce(scope, keyId(crypto, node.validator), "validator");
    scope.put(tables.peer, [node.peer], { organisation });
    scope.put(tables.node, [organisation], node);
    members.push({ key: node.validator.x, organisation, peer: node.peer });
  }
  if (members.length > 0) scope.put(tables.validators, [], { members, version: 1 });
}
