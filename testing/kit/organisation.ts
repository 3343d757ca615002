import { keyId, type PublicKey, type Signer } from "@firmament/core/keys";
import { generateKey, nodeCrypto, softwareSigner } from "@firmament/crypto";

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
  const signer = softwareSigner(await generateKey(algorithm));
  made.set(signer.kid, signer);
  return signer;
}

const made = new Map<string, Signer>();

/** The signer of a key that a test made: it proves possession where the test does not say how. */
export function signerOf(key: PublicKey): Signer | undefined {
  return made.get(keyId(nodeCrypto, key));
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
