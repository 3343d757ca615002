import { type Call, claimKey, requireRole } from "../context.ts";
import { refuse } from "../errors.ts";
import { assertPossession } from "../possession.ts";
import { tables } from "../records.ts";
import type { Reading, Scope } from "../scope.ts";
import type { TransactionOf } from "../transaction.ts";
import { followElectorate } from "./validators.ts";

/** Claims a peer id for one organisation, for ever. @throws Refusal `validator/peer` */
function* claimPeer(scope: Scope, peer: string, organisation: string): Reading<void> {
  const found = yield* scope.get(tables.peer, peer);
  if (found === undefined) scope.put(tables.peer, [peer], { organisation });
  else if (found.organisation !== organisation) throw refuse("validator/peer", `${peer} is of ${found.organisation}.`);
}

/** PROTOCOL V-8: an organisation says which node and consensus key it has in the engine, for the first time or anew. */
export function* declareNode(call: Call<TransactionOf<"node.declare">>): Reading<object> {
  const { context, scope, signer, transaction } = call;
  requireRole(signer, "admin");
  if ((yield* scope.get(tables.validators)) === undefined) throw refuse("validator/none", context.ledger);
  const { peer, proof, validator } = transaction.body;
  const { organisation } = signer;
  const claim = { ledger: context.ledger, organisation, purpose: "validator" } as const;
  const kid = assertPossession(context.crypto, validator, claim, proof);
  const before = yield* scope.get(tables.node, organisation);
  // Its node may get another peer id under the same consensus key; a key that was replaced never comes back.
  if (before?.validator.x !== validator.x) yield* claimKey(scope, kid, "validator");
  yield* claimPeer(scope, peer, organisation);
  scope.put(tables.node, [organisation], { peer, validator });
  yield* followElectorate(scope);
  return { validator: kid };
}

/** PROTOCOL I-6: an organisation names the certificate authority of its own connections. */
export function* declareAuthority({
  scope,
  signer,
  transaction,
}: Call<TransactionOf<"organisation.authority">>): Reading<object> {
  requireRole(signer, "admin");
  const { certificate } = transaction.body;
  scope.put(tables.authority, [signer.organisation], { certificate });
  return { organisation: signer.organisation };
}
