import { fromBase64url } from "@firmament/core/bytes";
import { type BundleCosignature, type DevicePart, nonceMessage } from "@firmament/core/bundle";
import type { Signer } from "@firmament/core/keys";
import { type Checkpoint, cosignatureMessage, cosignerKeyId, formatCheckpoint } from "@firmament/core/log";
import { nodeCrypto } from "@firmament/crypto";
import type { TestOrganisation } from "../../kit/index.ts";

/** Whoever signs checkpoints under an organisation's name. */
export interface CosigningKey {
  readonly name: string;
  readonly signer: Signer;
}

export function cosigningKey({ cosigner, name }: TestOrganisation): CosigningKey {
  return { name, signer: cosigner };
}

function keyIdOf({ name, signer }: CosigningKey): string {
  if (signer.key.kty !== "OKP") throw new TypeError("a cosigner key is Ed25519");
  return cosignerKeyId(nodeCrypto, { name, publicKey: fromBase64url(signer.key.x) });
}

const byKeyId = (a: { keyId: string }, b: { keyId: string }) => (a.keyId < b.keyId ? -1 : 1);

/** True cosignatures of a checkpoint, whatever it says, in the order that a bundle has them. */
export async function cosign(
  checkpoint: Checkpoint,
  by: readonly CosigningKey[],
  time: number,
): Promise<readonly BundleCosignature[]> {
  const message = cosignatureMessage(time, formatCheckpoint(checkpoint));
  const made = by.map(async (key) => ({ keyId: keyIdOf(key), signature: await key.signer.sign(message), time }));
  return (await Promise.all(made)).sort(byKeyId);
}

/** True answers to a clockless device's nonce. */
export async function signNonce(
  checkpoint: Checkpoint,
  nonce: string,
  by: readonly CosigningKey[],
): Promise<DevicePart["nonces"]> {
  const message = nonceMessage(nonce, formatCheckpoint(checkpoint));
  const made = by.map(async (key) => ({ keyId: keyIdOf(key), signature: await key.signer.sign(message) }));
  return (await Promise.all(made)).sort(byKeyId);
}
