import { refuse } from "./errors.ts";
import type { Head, LiveRelease, Release, Rollout } from "./records.ts";

const MAX = 8;

/** A class's head before its first release. */
export const emptyHead: Head = { live: [], stopped: [] };

/** The newest release that was ever published for the class, live or stopped. */
export function lastPublished(head: Head): { readonly sequence: number; readonly version: string } | undefined {
  const all = [...head.live, ...head.stopped];
  return all.reduce<(typeof all)[number] | undefined>(
    (best, each) => (best === undefined || each.sequence > best.sequence ? each : best),
    undefined,
  );
}

const bySequence = (a: { sequence: number }, b: { sequence: number }) => a.sequence - b.sequence;

/** A rollout that has reached everybody is none. */
export function isPartial(rollout: Rollout | undefined): rollout is Rollout {
  return rollout !== undefined && (rollout.permille < 1000 || rollout.groups.length > 0);
}

/** The head once everything below `id` is superseded, and the ids of what was (PROTOCOL H-3). */
export function supersedeBelow(
  head: Head,
  id: string,
): { readonly head: Head; readonly superseded: readonly string[] } {
  const newest = head.live.find((each) => each.release === id);
  if (newest === undefined || isPartial(newest.rollout)) return { head, superseded: [] };
  const lower = head.live.filter((each) => each.sequence < newest.sequence);
  const live = head.live.filter((each) => each.sequence >= newest.sequence);
  return { head: { ...head, live }, superseded: lower.map((each) => each.release) };
}

/** The head with one more live release (PROTOCOL H-2); one without a partial rollout will supersede the others. */
export function publishInHead(head: Head, id: string, release: Release): Head {
  const item: LiveRelease = {
    manifestDigest: release.manifestDigest,
    release: id,
    sequence: release.sequence,
    version: release.version,
    ...(isPartial(release.rollout) ? { rollout: release.rollout } : {}),
  };
  const live = [...head.live, item].sort(bySequence);
  if (live.length > MAX && isPartial(release.rollout))
    throw refuse("release/too-many-live", `There are ${head.live.length}.`);
  const floor = Math.max(head.floor ?? 0, release.floor ?? 0);
  return { ...head, ...(floor === 0 ? {} : { floor }), live };
}

/** The head with one published release stopped; the oldest stopped one is forgotten beyond 8 (PROTOCOL H-4). */
export function stopInHead(head: Head, id: string, release: Release, state: "REVOKED" | "WITHDRAWN"): Head {
  const item = { release: id, sequence: release.sequence, state, version: release.version };
  const stopped = [...head.stopped, item].sort(bySequence).slice(-MAX);
  return { ...head, live: head.live.filter((each) => each.release !== id), stopped };
}

/** The head with one live release changed. */
export function changeInHead(head: Head, id: string, change: (item: LiveRelease) => LiveRelease): Head {
  return { ...head, live: head.live.map((each) => (each.release === id ? change(each) : each)) };
}
