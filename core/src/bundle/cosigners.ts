import { utf8 } from "../bytes/index.ts";
import { type Crypto, verifySignature } from "../keys/index.ts";
import { cosignatureMessage, formatCheckpoint } from "../log/index.ts";
import { type Cosigner, cosignersOf, type TrustDocument } from "../trust/index.ts";
import { refuse } from "./errors.ts";
import type { ClassPart, DevicePart } from "./format.ts";

// PROTOCOL B-7.1: known cosigners in rising key order, each organisation once; `time` is the latest that must be covered.
function* votes(
  cosigners: ReadonlyMap<string, Cosigner>,
  signatures: readonly { readonly keyId: string; readonly time?: number }[],
  entryTime: number,
): Generator<Cosigner> {
  const organisations = new Set<string>();
  let before = "";
  for (const { keyId, time = 0 } of signatures) {
    const cosigner = cosigners.get(keyId);
    if (cosigner === undefined) throw refuse("bundle/cosigner-unknown", keyId);
    if (keyId <= before || organisations.has(cosigner.organisation))
      throw refuse("bundle/cosigner-twice", cosigner.organisation);
    if (Math.max(time, entryTime) > cosigner.until) {
      throw refuse("bundle/delegation-expired", `${cosigner.organisation} until ${cosigner.until}.`);
    }
    organisations.add(cosigner.organisation);
    before = keyId;
    yield cosigner;
  }
}

/**
 * The quorum's vote on the checkpoint (PROTOCOL B-7): at least the trust root's threshold, every signature true.
 * Whether exactly as many stand there as the class demands is checked once its policy is proven.
 */
export function assertCosignatures(crypto: Crypto, trust: TrustDocument, part: ClassPart): void {
  const text = formatCheckpoint(part);
  let index = 0;
  for (const { key, organisation } of votes(cosignersOf(crypto, trust), part.cosignatures, part.entry.time)) {
    const cosignature = part.cosignatures[index++];
    const authentic =
      cosignature !== undefined &&
      verifySignature(crypto, key, cosignatureMessage(cosignature.time, text), cosignature.signature);
    if (!authentic) throw refuse("bundle/cosignature", organisation);
  }
  if (index < trust.threshold) throw refuse("bundle/cosignatures-few", `${index} of ${trust.threshold}.`);
}

/** What an organisation signs to tell a clockless device that a checkpoint is present (PROTOCOL B-9). */
export function nonceMessage(nonce: string, checkpoint: string): Uint8Array {
  return utf8(`firmament-nonce/v1\n${nonce}\n${checkpoint}`);
}

/** The quorum's answer to a device's nonce: exactly the trust root's threshold of organisations (PROTOCOL B-9). */
export function assertNonce(
  crypto: Crypto,
  trust: TrustDocument,
  part: ClassPart,
  nonce: string | undefined,
  own: DevicePart | undefined,
): void {
  if (nonce === undefined) throw refuse("bundle/nonce", "The device has drawn none.");
  const signatures = own?.nonces ?? [];
  if (signatures.length !== trust.threshold)
    throw refuse("bundle/nonce", `${signatures.length} of ${trust.threshold}.`);
  const message = nonceMessage(nonce, formatCheckpoint(part));
  let index = 0;
  for (const { key, organisation } of votes(cosignersOf(crypto, trust), signatures, part.entry.time)) {
    const { signature } = signatures[index++] ?? {};
    if (signature === undefined || !verifySignature(crypto, key, message, signature))
      throw refuse("bundle/nonce", organisation);
  }
}
