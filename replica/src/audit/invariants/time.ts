import { decodeEntry } from "@firmament/core/log";
import { tables } from "@firmament/core/registry";
import type { Step } from "./step.ts";

/** PROTOCOL Y-4. */
export function checkTime(step: Step): void {
  const [before, after] = [step.before(tables.ledger), step.after(tables.ledger)];
  if (after === undefined) return step.note("audit/time", "ledger", "no record", "a record");
  const least = before?.time ?? 0;
  if (after.time < least) step.note("audit/time", "ledger, time", String(after.time), `≥ ${least}`);
  const { rules, time, trust } = decodeEntry(step.entry);
  const [said, due] = [[rules, time, trust].join(), [after.rules, after.time, after.trust].join()];
  if (said !== due) step.note("audit/time", "rules, time, trust", said, due);
}
