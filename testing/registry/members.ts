import { signPossession } from "@firmament/agents/signing";
import type { Signer } from "@firmament/core/keys";
import type { Receipt } from "@firmament/replica";
import { type Consortium, newPeer, newSigner } from "@firmament/testing/kit";
import { propose } from "./support.ts";

/** An organisation that was no founder. */
export interface Newcomer {
  readonly name: string;
  readonly admin: Signer;
}

/** Admits an organisation by the first three founders' votes. */
export async function admit(c: Consortium, name = "echo.example"): Promise<Newcomer> {
  const admin = await newSigner("ES256");
  await propose(c, { admin: admin.key, organisation: name, type: "organisation.admit" }, [0, 1, 2]);
  return { admin, name };
}

/** Declares a node; a new one with a new key where nothing else is said. A second later than whatever was before. */
export async function declare(
  c: Consortium,
  admin: Signer,
  { peer = newPeer(), validator }: { readonly peer?: string; readonly validator?: Signer } = {},
): Promise<Receipt> {
  c.now += 1;
  const { key } = validator ?? (await newSigner());
  if (key.kty !== "OKP") throw new TypeError("a validator key is Ed25519");
  return c.submit(admin, "node.declare", { peer, validator: key });
}

/** A proof that a validator key's holder wants to be this organisation's. */
export function validatorProof(c: Consortium, holder: Signer, organisation: string): Promise<string> {
  return signPossession(holder, { ledger: c.ledger, organisation, purpose: "validator" });
}
