import { type Decoded, idName, integer, list, object, oneOf, organisationName, text, textSet } from "../codec/index.ts";
import { refuse } from "./errors.ts";

const algorithm = oneOf("ES256", "EdDSA", "RS384");
const algorithms = textSet(algorithm, { min: 1, max: 3 });
const count = integer(1, 64);

const approvingRole = oneOf("approver", "auditor", "builder");
const approval = object(
  { count, role: approvingRole },
  { organisations: textSet(organisationName, { min: 1, max: 64 }) },
);

/** Minutes since Monday 00:00 UTC, and a length in minutes. */
const window = object({ length: integer(1, 10_080), start: integer(0, 10_079) });

/**
 * What a class demands of its releases and of the devices that install them (PROTOCOL P-1). `freshness` in
 * seconds; an approval counts distinct organisations other than the author's.
 */
export const classPolicy = object(
  {
    algorithms,
    approvals: list(approval, { min: 1, max: 8 }),
    cosignatures: count,
    freshness: integer(60, 31_536_000),
    receipts: integer(0, 64),
    version: integer(1),
  },
  {
    safeState: textSet(text({ max: 64 }), { min: 1, max: 8 }),
    targeted: oneOf(true),
    windows: list(window, { min: 1, max: 16 }),
  },
);
export type ClassPolicy = Decoded<typeof classPolicy>;

/** How many organisations may act, and how many stand in the trust root. */
export interface Members {
  readonly organisations: number;
  readonly cosigners: number;
}

const floor = object({
  algorithms,
  approvals: count,
  cosignatures: count,
  freshness: integer(60, 31_536_000),
  receipts: integer(0, 64),
});

/**
 * What the consortium demands of everybody (PROTOCOL P-2). `grant`, `hold` and `freshness` in seconds,
 * `sequenceTolerance` in milliseconds; `floor` bounds every class's policy.
 */
export const consortiumPolicy = object({
  faults: integer(0, 63),
  floor,
  freshness: integer(60, 31_536_000),
  grant: integer(60, 86_400),
  hold: integer(60, 2_592_000),
  sequenceTolerance: integer(0, 86_400_000),
  version: integer(1),
});
export type ConsortiumPolicy = Decoded<typeof consortiumPolicy>;

/**
 * Refuses a consortium policy that leaves no class policy possible (PROTOCOL P-5).
 *
 * @throws Refusal `policy/unreachable`
 */
export function assertFloorReachable({ floor: least, freshness }: ConsortiumPolicy, members: Members): void {
  const others = members.organisations - 1;
  if (Math.max(least.approvals, least.receipts) > others || least.cosignatures > members.cosigners) {
    throw refuse("policy/unreachable", `The floor asks for more than ${members.organisations} organisations can give.`);
  }
  if (least.freshness < freshness) throw refuse("policy/unreachable", `freshness: ${least.freshness} < ${freshness}.`);
}

/** @throws Refusal `policy/floor` naming the first member that is below the consortium's floor (PROTOCOL P-3) */
export function assertAboveFloor(policy: ClassPolicy, consortium: ConsortiumPolicy): void {
  const { floor: least } = consortium;
  const approvals = Math.max(...policy.approvals.map((rule) => rule.count));
  if (approvals < least.approvals) throw refuse("policy/floor", `approvals: ${approvals} < ${least.approvals}.`);
  if (policy.receipts < least.receipts)
    throw refuse("policy/floor", `receipts: ${policy.receipts} < ${least.receipts}.`);
  if (policy.cosignatures < least.cosignatures) {
    throw refuse("policy/floor", `cosignatures: ${policy.cosignatures} < ${least.cosignatures}.`);
  }
  if (policy.freshness > least.freshness)
    throw refuse("policy/floor", `freshness: ${policy.freshness} > ${least.freshness}.`);
  const foreign = policy.algorithms.find((name) => !least.algorithms.includes(name));
  if (foreign !== undefined) throw refuse("policy/floor", `algorithms: ${foreign}.`);
}

/**
 * Refuses demands that the members can never meet (PROTOCOL P-4): `organisations` may act, of which the author's
 * neither stores nor approves, and `cosigners` stand in the trust root.
 *
 * @throws Refusal `policy/unreachable`
 */
export function assertReachable(
  policy: ClassPolicy,
  { consortium, cosigners, organisations }: Members & { readonly consortium: ConsortiumPolicy },
): void {
  const others = organisations - 1;
  const wanted = Math.max(policy.receipts, ...policy.approvals.map((rule) => rule.count));
  if (wanted > others || policy.cosignatures > cosigners) {
    throw refuse("policy/unreachable", `${wanted} of ${others}, ${policy.cosignatures} of ${cosigners}.`);
  }
  // Ticks come by the consortium's limit: evidence for a shorter one would be stale most of the time.
  if (policy.freshness < consortium.freshness) {
    throw refuse("policy/unreachable", `freshness: ${policy.freshness} < ${consortium.freshness}.`);
  }
  for (const rule of policy.approvals) {
    if (rule.organisations !== undefined && rule.organisations.length < rule.count) {
      throw refuse("policy/unreachable", `${rule.count} of ${rule.organisations.length} named.`);
    }
  }
}

/** The receipts that a release of the class needs: the class's number, never below the consortium's. */
export function receiptsNeeded(policy: ClassPolicy, consortium: ConsortiumPolicy): number {
  return Math.max(policy.receipts, consortium.floor.receipts);
}

/** Names of vendors, classes and groups stand in policies and records alike. */
export const groupSet = textSet(idName, { max: 16 });
