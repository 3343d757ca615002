import { signPossession } from "@firmament/agents/signing";
import type { PublicKey, Signer } from "@firmament/core/keys";
import type { Action, Body, Possession, TransactionType } from "@firmament/core/registry";
import { signerOf } from "./organisation.ts";

type Unproven<B> = B extends { readonly proof: string } ? Omit<B, "proof"> & { readonly proof?: string } : B;

type KeyOrProven<A> = A extends { readonly admin?: infer N }
  ? Omit<A, "admin"> & { readonly admin?: N | PublicKey }
  : A;

/** An action whose new administrator may be a bare key. */
export type LooseAction = { [A in Action as A["type"]]: KeyOrProven<A> }[Action["type"]];

/** A transaction's body whose proofs of possession may be left out: the kit makes them for keys that it made. */
export type LooseBody<T extends TransactionType> = T extends "proposal.create"
  ? { readonly action: LooseAction }
  : Unproven<Body<T>>;

const PURPOSES: Partial<Record<TransactionType, Possession["purpose"]>> = {
  "author.approve": "manifest",
  "author.succeed": "manifest",
  "device.enrol": "device",
  "identity.enrol": "transaction",
  "node.declare": "validator",
};

// A key of an unknown holder gets a proof that no verifier accepts.
async function proofOf(key: PublicKey, claim: Omit<Possession, "kid">): Promise<string> {
  const holder: Signer | undefined = signerOf(key);
  return holder === undefined ? "A".repeat(86) : signPossession(holder, claim);
}

async function provenAction(action: LooseAction, ledger: string): Promise<LooseAction> {
  if (!("admin" in action) || action.admin === undefined || "proof" in action.admin) return action;
  const { admin: key, organisation } = action;
  const proof = await proofOf(key, { ledger, organisation, purpose: "transaction" });
  return { ...action, admin: { key, proof } };
}

/** The body with every proof that was left out. */
export async function provenBody<T extends TransactionType>(
  type: T,
  body: LooseBody<T>,
  claim: { readonly ledger: string; readonly organisation: string },
): Promise<Body<T>> {
  const loose = body as {
    readonly action?: LooseAction;
    readonly key?: PublicKey;
    readonly proof?: string;
    readonly validator?: PublicKey;
  };
  const purpose = PURPOSES[type];
  if (loose.action !== undefined)
    return { ...loose, action: await provenAction(loose.action, claim.ledger) } as Body<T>;
  const key = loose.key ?? loose.validator;
  if (purpose === undefined || key === undefined || loose.proof !== undefined) return body as Body<T>;
  return { ...loose, proof: await proofOf(key, { ...claim, purpose }) } as Body<T>;
}
