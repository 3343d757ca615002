import type { Reading } from "@firmament/core/registry";
import type { StateKey } from "@firmament/core/state";

/** Reads one committed value. */
export type ReadState = (key: StateKey) => Uint8Array | undefined;

/** Runs a rule to its end against a state that answers at once. */
export function drive<T>(reading: Reading<T>, read: ReadState): T {
  let step = reading.next();
  while (step.done !== true) step = reading.next(step.value.map((key) => read(key)));
  return step.value;
}
