import type { Action } from "../actions.ts";
import type { Call } from "../context.ts";
import { refuse } from "../errors.ts";
import { tables } from "../records.ts";
import type { Reading, Scope } from "../scope.ts";

/** The version of the rules that decides the log entry with this index (PROTOCOL X-8). */
export function* rulesInForce(scope: Scope, index: number): Reading<number> {
  const { rules } = yield* scope.must(tables.ledger);
  const upgrade = yield* scope.get(tables.upgrade);
  return upgrade !== undefined && upgrade.at <= index ? upgrade.rules : rules;
}

/** PROTOCOL V-9: the next rules from a later entry on; a vote before that replaces it. */
export function* activateRules(
  { context, scope }: Call,
  { at, rules }: Extract<Action, { readonly type: "rules.activate" }>,
): Reading<void> {
  const ledger = yield* scope.must(tables.ledger);
  if (rules !== ledger.rules + 1) throw refuse("upgrade/version", `Version ${ledger.rules} is in force; got ${rules}.`);
  if (at <= context.index) throw refuse("upgrade/index", `This would be entry ${context.index}; got ${at}.`);
  scope.put(tables.upgrade, [], { at, rules });
}
