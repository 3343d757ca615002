import { toBase64url, utf8 } from "@firmament/core/bytes";
import type { Crypto, Signer } from "@firmament/core/keys";
import { manifestSigningInput, payloadSigningInput, successionSigningInput } from "@firmament/core/manifest";
import {
  type Draft,
  type Possession,
  possessionSigningInput,
  prepare,
  seal,
  type TransactionType,
} from "@firmament/core/registry";
import { trustSigningInput, type TrustSignature } from "@firmament/core/trust";

/** Signs a transaction; the result is what a ledger takes. */
export async function signTransaction<T extends TransactionType>(signer: Signer, draft: Draft<T>): Promise<Uint8Array> {
  const parts = prepare(draft, signer);
  return seal(parts, await signer.sign(parts.signingInput));
}

/** Both signatures of an author over a manifest and its payload digest, base64url. */
export async function signManifest(
  crypto: Crypto,
  author: Signer,
  manifest: Uint8Array,
  payloadDigest: string,
): Promise<{ readonly signature: string; readonly payloadSignature: string }> {
  const signature = await author.sign(manifestSigningInput(crypto, manifest));
  const payloadSignature = await author.sign(payloadSigningInput(payloadDigest));
  return { signature: toBase64url(signature), payloadSignature: toBase64url(payloadSignature) };
}

/** One root key's signature of a trust root. */
export async function signTrust(crypto: Crypto, root: Signer, document: Uint8Array): Promise<TrustSignature> {
  return { kid: root.kid, signature: await root.sign(trustSigningInput(crypto, root.key, document)) };
}

/** The message of a petition and its signature by the author's key (PROTOCOL A-1). */
export async function signPetition(
  author: Signer,
  petition: { readonly ledger: string; readonly nonce: Uint8Array; readonly text: string },
): Promise<{ readonly message: string; readonly signature: string }> {
  const { ledger, nonce, text } = petition;
  const message = `firmament-petition/v1\n${ledger}\n${toBase64url(nonce)}\n${text}`;
  return { message, signature: toBase64url(await author.sign(utf8(message))) };
}

/** A key's proof that its holder wants to be enrolled by this organisation for this purpose, base64url (PROTOCOL I-5). */
export async function signPossession(holder: Signer, claim: Omit<Possession, "kid">): Promise<string> {
  return toBase64url(await holder.sign(possessionSigningInput({ ...claim, kid: holder.kid })));
}

/** A retiring author key's signature for its successor in one class, base64url (PROTOCOL A-5). */
export async function signSuccession(from: Signer, ledger: string, to: string, className: string): Promise<string> {
  return toBase64url(await from.sign(successionSigningInput(ledger, from.kid, to, className)));
}
