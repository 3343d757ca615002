import { canonicalText } from "@firmament/core/codec";
import { type Head, isPartial, type LiveRelease, type Release, tables } from "@firmament/core/registry";
import type { Step } from "./step.ts";

const MAX = 8;

function touched(step: Step): ReadonlySet<string> {
  const heads = step.changed(tables.head).map(({ parts }) => parts[0] ?? "");
  const releases = step.changed(tables.release).map(({ after, before }) => (after ?? before)?.className ?? "");
  return new Set([...heads, ...releases]);
}

const rises = (items: readonly { readonly sequence: number }[]): boolean =>
  items.every((item, i) => i === 0 || item.sequence > (items[i - 1]?.sequence ?? Infinity));

function checkForm(step: Step, where: string, { live, stopped }: Head): void {
  for (const [name, items] of Object.entries({ live, stopped })) {
    if (items.length > MAX) step.note("audit/head", `${where}, ${name}`, `${items.length} releases`, `at most ${MAX}`);
    if (!rises(items)) step.note("audit/head", `${where}, ${name}`, "in another order", "in rising sequence");
  }
  if (live.some((item, i) => i > 0 && item.rollout === undefined)) {
    step.note("audit/head", `${where}, live`, "one below a release for everybody", "superseded");
  }
}

const sayOf = ({ manifestDigest, rollout, sequence, version }: LiveRelease | Release): string =>
  canonicalText([manifestDigest, isPartial(rollout) ? rollout : 0, sequence, version]);

function checkItem(step: Step, where: string, item: LiveRelease, before: Head | undefined): void {
  const release = step.after(tables.release, item.release);
  if (release === undefined || sayOf(item) !== sayOf(release)) {
    const due = release === undefined ? "a release" : sayOf(release);
    step.note("audit/head", `${where}, live ${item.release}`, sayOf(item), due);
  }
  const held = before?.live.find((each) => each.release === item.release)?.heldUntil ?? 0;
  if ((item.heldUntil ?? 0) < held) {
    step.note("audit/head", `${where}, live ${item.release}, heldUntil`, String(item.heldUntil ?? 0), `≥ ${held}`);
  }
}

// What is live is what is published, both ways.
function checkStates(step: Step, className: string, head: Head, before: Head | undefined): void {
  const changed = step.changed(tables.release).filter(({ after }) => after?.className === className);
  const ids = [...(before?.live ?? []), ...head.live].map((each) => each.release);
  for (const id of new Set([...ids, ...changed.map(({ parts }) => parts[0] ?? "")])) {
    const release = step.after(tables.release, id);
    const isLive = head.live.some((each) => each.release === id);
    if (isLive !== (release?.state === "PUBLISHED" && release.className === className)) {
      const due = `as it is ${release?.state} of class ${release?.className}`;
      step.note("audit/head", `head ${className}, release ${id}`, isLive ? "live" : "not live", due);
    }
  }
  for (const { release, state } of head.stopped) {
    const due = step.after(tables.release, release)?.state;
    if (state !== due) step.note("audit/head", `head ${className}, stopped ${release}`, state, String(due));
  }
}

// The highest sequence that was ever published stays in the head: superseded is only what is below another.
function checkRising(step: Step, className: string, head: Head, before: Head): void {
  const known = [...before.live, ...before.stopped];
  const last = Math.max(0, ...known.map((each) => each.sequence));
  for (const item of head.live.filter(({ release }) => !before.live.some((each) => each.release === release))) {
    if (item.sequence <= last)
      step.note("audit/head", `head ${className}, ${item.release}`, String(item.sequence), `> ${last}`);
  }
  const highest = Math.max(0, ...[...head.live, ...head.stopped].map((each) => each.sequence));
  if (highest < last) step.note("audit/head", `head ${className}, last`, String(highest), `≥ ${last}`);
  const floor = Math.max(
    before.floor ?? 0,
    ...head.live.map((each) => step.after(tables.release, each.release)?.floor ?? 0),
  );
  if ((head.floor ?? 0) < floor)
    step.note("audit/head", `head ${className}, floor`, String(head.floor ?? 0), `≥ ${floor}`);
}

/** PROTOCOL Y-7. */
export function checkHeads(step: Step): void {
  for (const className of touched(step)) {
    const where = `head ${className}`;
    const [before, head] = [step.before(tables.head, className), step.after(tables.head, className)];
    if (head === undefined) {
      step.note("audit/head", where, "no record", "a record");
      continue;
    }
    checkForm(step, where, head);
    for (const item of head.live) checkItem(step, where, item, before);
    checkStates(step, className, head, before);
    checkRising(step, className, head, before ?? { live: [], stopped: [] });
  }
}
