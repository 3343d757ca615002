import { canonicalText } from "@firmament/core/codec";
import { type Release, tables } from "@firmament/core/registry";
import { quorumOf } from "@firmament/core/trust";
import type { Changed, Step } from "./step.ts";

const STOPS = ["REVOKED", "WITHDRAWN"] as const;

const successors: Readonly<Record<Release["state"] | "none", readonly Release["state"][]>> = {
  none: ["REGISTERED", "STORED"],
  REGISTERED: ["STORED", "PUBLISHED", "SUPERSEDED", ...STOPS],
  STORED: ["REGISTERED", "PUBLISHED", "SUPERSEDED", ...STOPS],
  PUBLISHED: ["SUPERSEDED", ...STOPS],
  SUPERSEDED: STOPS,
  REVOKED: [],
  WITHDRAWN: [],
};

function lasting({ author, className, floor, manifestDigest, organisation, registered, ...rest }: Release): string {
  const { sequence, stored, version } = rest;
  return canonicalText([
    author,
    className,
    floor ?? 0,
    manifestDigest,
    organisation,
    registered,
    sequence,
    version,
    stored ?? 0,
  ]);
}

// A quorum of the others, or the author's own organisation, revokes; only the latter withdraws.
function checkStop(step: Step, where: string, release: Release): void {
  if (step.signer() === release.organisation) return;
  const { faults } = step.after(tables.consortium) ?? { faults: 0 };
  const needed = quorumOf(step.after(tables.electorate)?.organisations.length ?? 0, faults);
  const names = release.revocations
    .filter(({ kid }) => step.after(tables.identity, kid)?.status === "active")
    .filter(({ organisation }) => step.after(tables.organisation, organisation)?.status === "active")
    .map(({ organisation }) => organisation);
  const counted = release.state === "REVOKED" ? new Set(names).size : 0;
  if (counted < needed)
    step.note("audit/release-state", `${where}, ${release.state}`, `${counted} votes`, `≥ ${needed}`);
}

function isOwn(release: Release): boolean {
  const { approvals, organisation, receipts, revocations } = release;
  return [...approvals, ...receipts, ...revocations].some((each) => each.organisation === organisation);
}

function checkRelease(step: Step, { after, before, parts }: Changed<Release>): void {
  const where = `release ${parts.join(" ")}`;
  if (after === undefined) return;
  const from = before?.state ?? "none";
  const moved = from !== after.state;
  if (moved && !successors[from].includes(after.state)) {
    step.note(
      "audit/release-state",
      where,
      `${from} to ${after.state}`,
      `to ${successors[from].join(" or ") || "none"}`,
    );
  }
  if (before !== undefined && lasting(before) !== lasting(after)) {
    step.note("audit/release-state", where, lasting(after), lasting(before));
  }
  if (isOwn(after)) step.note("audit/release-state", where, `acts of ${after.organisation}`, "acts of others only");
  if (moved && (after.state === "REVOKED" || after.state === "WITHDRAWN")) checkStop(step, where, after);
}

/** PROTOCOL Y-6: a release moves forward only, and what was registered stays as it is. */
export function checkReleases(step: Step): void {
  for (const change of step.changed(tables.release)) checkRelease(step, change);
}
