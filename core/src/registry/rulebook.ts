import type { Call } from "./context.ts";
import { applyV1 } from "./rules/v1.ts";
import type { Reading } from "./scope.ts";

/**
 * One version of the rules: what an authentic transaction of an active signer does. It returns the receipt's result.
 *
 * @throws Refusal with the first rule that is broken; anything else is a fault
 */
export type Ruleset = (call: Call) => Reading<object>;

/** Every version of the rules that a build has; old ones stay in it, so that history can be replayed. */
export type Rulebook = Readonly<Record<number, Ruleset>>;

export const rulebook: Rulebook = { 1: applyV1 };

/** The consortium activated rules that this build does not have: a fault that stops the node before that entry. */
export class RulesMissingError extends Error {
  override readonly name = "RulesMissingError";
  /** Version of the rules in force. */
  readonly rules: number;
  /** Index of the log entry that cannot be decided. */
  readonly index: number;

  constructor(rules: number, index: number) {
    super(
      `From log entry ${index} on, rules version ${rules} is in force, which this build lacks. Install a build that has it; the ledger is whole up to here.`,
    );
    this.rules = rules;
    this.index = index;
  }
}
