import { canonicalText } from "@firmament/core/codec";
import { type Table, tables, type Validators } from "@firmament/core/registry";
import type { Step } from "./step.ts";

// What an organisation says of itself.
const own: readonly Table<unknown>[] = [tables.authority, tables.node];

function dueMembers(step: Step): Validators["members"] {
  const { organisations } = step.after(tables.electorate) ?? { organisations: [] };
  return organisations.flatMap((organisation) => {
    const node = step.after(tables.node, organisation);
    return node === undefined ? [] : { key: node.validator.x, organisation, peer: node.peer };
  });
}

function checkMembers(step: Step, { members, version }: Validators): void {
  const due = dueMembers(step);
  const [said, expected] = [canonicalText(members), canonicalText(due)];
  if (said !== expected) step.note("audit/validators", "validators", said, expected);
  for (const name of ["key", "peer"] as const) {
    const distinct = new Set(members.map((member) => member[name])).size;
    if (distinct < members.length)
      step.note("audit/validators", `validators, ${name}`, `${distinct} of ${members.length}`, "one each");
  }
  const before = step.before(tables.validators);
  const isNew = step.transaction === undefined || before === undefined || canonicalText(before.members) !== said;
  const dueVersion = step.transaction === undefined ? 1 : (before?.version ?? 0) + (isNew ? 1 : 0);
  if (version !== dueVersion) step.note("audit/validators", "validators, version", `${version}`, `${dueVersion}`);
}

/** PROTOCOL Y-10: the validators follow the electorate, and an organisation speaks for its own node alone. */
export function checkValidators(step: Step): void {
  const validators = step.after(tables.validators);
  if (validators !== undefined) checkMembers(step, validators);
  if (step.transaction === undefined) return;
  if (validators !== undefined && step.before(tables.validators) === undefined)
    step.note("audit/validators", "validators", "a record", "none: the ledger was founded without");
  for (const { parts, name } of own.flatMap((table) =>
    step.changed(table).map((each) => ({ ...each, name: table.name })),
  )) {
    const signer = step.signer() ?? "nobody";
    if (parts.join() !== signer)
      step.note("audit/validators", `${name} ${parts.join(" ")}`, `written by ${signer}`, "by itself");
  }
}
