import { join } from "node:path";
import { makeFolder, replaceFile } from "../durable-file.ts";

const LAST_ROUND = 2 ** 31 - 1;
const PRECOMMIT = 3;

/** How many heights above every present one a validator that is gone may have voted at, see {@link answersNeeded}. */
export const VOTES_AHEAD = 2;

/**
 * How many other validators must say how high their applications are, so that one of them is honest and not long behind.
 *
 * Who voted at height v had seen v − 1 decided: more than two thirds of all precommitted it, and whoever did so honestly
 * had executed v − 2. Of the others, at most ceil(n/3) − 1 did not precommit and f did so as liars.
 */
export function answersNeeded(validators: number): number {
  return Math.floor((validators - 1) / 3) + Math.ceil(validators / 3);
}

/**
 * Writes an engine's memory of votes such that it signs nothing up to a height, whatever is asked of it.
 *
 * @param folder home of the engine
 */
export function writeVoteGuard(folder: string, height: number): void {
  makeFolder(join(folder, "data"));
  const state = { height: String(height), round: LAST_ROUND, step: PRECOMMIT };
  replaceFile(join(folder, "data", "priv_validator_state.json"), `${JSON.stringify(state, null, 2)}\n`);
}
