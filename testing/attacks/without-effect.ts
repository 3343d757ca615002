import { isDeepStrictEqual } from "node:util";
import { Consortium } from "../kit/index.ts";
import { type Attack, type Description, type LedgerAttack, resultOf } from "./attack.ts";

/** Verdict of an attack that nobody refuses because it changes nothing. */
export const NO_EFFECT = "no effect";

/** A step that must leave alone what it is after, beside one that must change it. */
export interface Effect {
  /** What the attack is after: read before and after each step. */
  readonly measure: () => unknown;
  readonly attack: () => unknown;
  readonly honest: () => unknown;
}

async function changes(measure: () => unknown, step: () => unknown): Promise<string> {
  const before = measure();
  const result = await resultOf(step);
  if (result !== "accepted") return result;
  return isDeepStrictEqual(measure(), before) ? NO_EFFECT : result;
}

/** Runs the attack, then the honest step; a measure that never changes would leave the honest step without effect. */
export async function tryEffect({ attack, honest, measure }: Effect): ReturnType<Attack["run"]> {
  return { attack: await changes(measure, attack), honest: await changes(measure, honest) };
}

export interface IdleAttack<T> extends Omit<LedgerAttack<T>, "code"> {
  readonly measure: (c: Consortium, prepared: T) => unknown;
}

/** An attack on the state machine that is answered and has no effect. */
export function withoutEffect<T>({ attack, honest, measure, prepare, ready, ...about }: IdleAttack<T>): Attack {
  const description: Description = { ...about, code: NO_EFFECT };
  return {
    ...description,
    async run() {
      using c = await Consortium.ready(ready);
      const prepared = await prepare(c);
      return await tryEffect({
        attack: () => attack(c, prepared),
        honest: () => honest(c, prepared),
        measure: () => measure(c, prepared),
      });
    },
  };
}
