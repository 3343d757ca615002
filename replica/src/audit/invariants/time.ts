import { decodeEntry } from "@firmament/core/log";
import { tables } from "@firmament/core/registry";
import type { Step } from "./step.ts";

/** PROTOCOL Y-4. */
export function checkTime(step: Step): void {
  const [before, after] = [step.before(tables.ledger), step.after(tables.ledger)];
  if (after === undefined) return step.note("audit/time", "ledger", "no record", "a record");
  const least = before?.time ?? 0;
  if (after.time < least) step.note("audit/time", "ledger, time", String(after.time), `≥ ${least}`);
  const upgrade = step.before(tables.upgrade);
  const isUpgraded = upgrade !== undefined && upgrade.at <= step.index;
  const version = isUpgraded ? upgrade.rules : (before?.rules ?? after.rules);
  if (after.rules !== version) step.note("audit/time", "ledger, rules", String(after.rules), String(version));
  const { rules, time, trust } = decodeEntry(step.entry);
  const [said, due] = [[rules, time, trust].join(), [after.rules, after.time, after.trust].join()];
  if (said !== due) step.note("audit/time", "rules, time, trust", said, due);
}
