import { type Call, claimKey, requireRole } from "../context.ts";
import { refuse } from "../errors.ts";
import { assertPossession } from "../possession.ts";
import { tables } from "../records.ts";
import type { Reading } from "../scope.ts";
import type { TransactionOf } from "../transaction.ts";

/** PROTOCOL I-3: an administrator enrols identities of its own organisation. */
export function* enrolIdentity({
  context,
  scope,
  signer,
  transaction,
}: Call<TransactionOf<"identity.enrol">>): Reading<object> {
  requireRole(signer, "admin");
  const { key, proof, roles } = transaction.body;
  const claim = { ledger: context.ledger, organisation: signer.organisation, purpose: "transaction" } as const;
  const kid = assertPossession(context.crypto, key, claim, proof);
  yield* claimKey(scope, kid, "transaction");
  scope.put(tables.identity, [kid], { key, organisation: signer.organisation, roles, status: "active" });
  return { identity: kid };
}

/** PROTOCOL I-4: an administrator revokes identities of its own organisation, for ever. */
export function* revokeIdentity({
  scope,
  signer,
  transaction,
}: Call<TransactionOf<"identity.revoke">>): Reading<object> {
  requireRole(signer, "admin");
  const { identity: kid } = transaction.body;
  const found = yield* scope.get(tables.identity, kid);
  if (found === undefined) throw refuse("identity/unknown", kid);
  if (found.organisation !== signer.organisation)
    throw refuse("identity/organisation", `${kid} is of ${found.organisation}.`);
  if (found.status === "revoked") throw refuse("identity/revoked", kid);
  scope.put(tables.identity, [kid], { ...found, status: "revoked" });
  return { identity: kid };
}
