import { randomBytes } from "node:crypto";
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
  /** Its consensus key, and the id of its node among its peers, 40 hex. */
  readonly validator: Signer;
  readonly peer: string;
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

/** A node id that no other node has. */
export function newPeer(): string {
  return randomBytes(20).toString("hex");
}

export async function newOrganisation(name: string): Promise<TestOrganisation> {
  const [root, cosigner, admin, approver, node, author, registerAgent, validator] = await Promise.all([
    newSigner(),
    newSigner(),
    newSigner("ES256"),
    newSigner("ES256"),
    newSigner(),
    newSigner("ES256"),
    newSigner(),
    newSigner(),
  ]);
  return { name, root, cosigner, admin, approver, node, author, registerAgent, validator, peer: newPeer() };
}
