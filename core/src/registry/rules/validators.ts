import { canonicalText } from "../../codec/index.ts";
import { refuse } from "../errors.ts";
import { tables, type Validators } from "../records.ts";
import type { Reading, Scope } from "../scope.ts";
import { validatorLimits } from "../validator.ts";

/**
 * Writes the validators anew where the electorate or a node changed: the electorate's organisations that have a node
 * (PROTOCOL V-7). A ledger that was founded without validators has none.
 *
 * @throws Refusal `validator/too-few`
 */
export function* followElectorate(scope: Scope): Reading<void> {
  const before = yield* scope.get(tables.validators);
  if (before === undefined) return;
  const { organisations } = yield* scope.must(tables.electorate);
  yield* scope.load(organisations.map((organisation) => [tables.node.name, organisation]));
  const members: Validators["members"][number][] = [];
  for (const organisation of organisations) {
    const node = yield* scope.get(tables.node, organisation);
    if (node !== undefined) members.push({ key: node.validator.x, organisation, peer: node.peer });
  }
  if (members.length < validatorLimits.min)
    throw refuse("validator/too-few", `${members.length} would remain of ${before.members.length}.`);
  if (canonicalText(members) === canonicalText(before.members)) return;
  scope.put(tables.validators, [], { members, version: before.version + 1 });
}
