import { fromBase64url, utf8 } from "../bytes/index.ts";
import { type Crypto, keyId, type PublicKey, verifySignature } from "../keys/index.ts";
import { refuse } from "./errors.ts";

/** What a key is enrolled for, and by whom; nobody else can use its proof. */
export interface Possession {
  readonly ledger: string;
  readonly organisation: string;
  readonly purpose: "device" | "manifest" | "transaction" | "validator";
  /** Key id, base64url. */
  readonly kid: string;
}

/** What a key signs to be enrolled (PROTOCOL I-5): without it, a public key could be claimed by whoever sees it. */
export function possessionSigningInput({ kid, ledger, organisation, purpose }: Possession): Uint8Array {
  return utf8(`firmament-key/v1\n${ledger}\n${organisation}\n${purpose}\n${kid}\n`);
}

/**
 * @param proof signature by the key itself, base64url
 * @returns the key's id
 * @throws Refusal `identity/possession`
 */
export function assertPossession(
  crypto: Crypto,
  key: PublicKey,
  claim: Omit<Possession, "kid">,
  proof: string,
): string {
  const kid = keyId(crypto, key);
  const message = possessionSigningInput({ ...claim, kid });
  if (!verifySignature(crypto, key, message, fromBase64url(proof))) throw refuse("identity/possession", kid);
  return kid;
}
