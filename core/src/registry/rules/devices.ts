import { type Call, claimKey, requireRole } from "../context.ts";
import { refuse } from "../errors.ts";
import { assertPossession } from "../possession.ts";
import { tables } from "../records.ts";
import type { Reading } from "../scope.ts";
import type { TransactionOf } from "../transaction.ts";

/** PROTOCOL N-1: an asset owner enrols its device: one key, one class, its groups. */
export function* enrolDevice({
  context,
  scope,
  signer,
  transaction,
}: Call<TransactionOf<"device.enrol">>): Reading<object> {
  requireRole(signer, "admin", "assetOwner");
  const { className, groups, key, proof } = transaction.body;
  if ((yield* scope.get(tables.class, className)) === undefined) throw refuse("class/unknown", className);
  const claim = { ledger: context.ledger, organisation: signer.organisation, purpose: "device" } as const;
  const kid = assertPossession(context.crypto, key, claim, proof);
  yield* claimKey(scope, kid, "device");
  scope.put(tables.device, [kid], { className, groups, key, organisation: signer.organisation, status: "active" });
  return { device: kid };
}

/** PROTOCOL N-2: its owner changes a device's groups or revokes it. */
export function* updateDevice({ scope, signer, transaction }: Call<TransactionOf<"device.update">>): Reading<object> {
  requireRole(signer, "admin", "assetOwner");
  const { device: kid, groups, status } = transaction.body;
  const found = yield* scope.get(tables.device, kid);
  if (found === undefined) throw refuse("device/unknown", kid);
  if (found.organisation !== signer.organisation)
    throw refuse("identity/organisation", `${kid} is of ${found.organisation}.`);
  scope.put(tables.device, [kid], { ...found, groups, status });
  return { device: kid };
}
