import type { Signer } from "@firmament/core/keys";
import { generateKey, softwareSigner } from "@firmament/crypto";

/** One organisation of a test consortium with all its keys. */
export interface TestOrganisation {
  readonly name: string;
  readonly root: Signer;
  readonly cosigner: Signer;
  readonly admin: Signer;
  readonly approver: Signer;
  readonly node: Signer;
  readonly author: Signer;
  readonly registerAgent: Signer;
}

/** A new signer in memory. */
export async function newSigner(algorithm: "ES256" | "EdDSA" | "RS384" = "EdDSA"): Promise<Signer> {
  return softwareSigner(await generateKey(algorithm));
}

export async function newOrganisation(name: string): Promise<TestOrganisation> {
  const [root, cosigner, admin, approver, node, author, registerAgent] = await Promise.all([
    newSigner(),
    newSigner(),
    newSigner("ES256"),
    newSigner("ES256"),
    newSigner(),
    newSigner("ES256"),
    newSigner(),
  ]);
  return { name, root, cosigner, admin, approver, node, author, registerAgent };
}
