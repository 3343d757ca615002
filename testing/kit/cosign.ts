import { fromBase64url } from "@firmament/core/bytes";
import { cosignatureMessage, cosignerKeyId } from "@firmament/core/log";
import type { TrustDocument } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";
import { checkpointText, Cosignatures, type Replica } from "@firmament/replica";
import type { TestOrganisation } from "./organisation.ts";

/** Puts one organisation's cosignature on a replica's newest checkpoint; `time` is what the cosigner claims. */
export async function cosignNewest(
  replica: Replica,
  { cosigner, name }: TestOrganisation,
  trust: TrustDocument,
  time: number,
): Promise<void> {
  const { size } = replica.status;
  const text = checkpointText(replica.database, nodeCrypto, replica.genesis.ledger, size);
  const signature = await cosigner.sign(cosignatureMessage(time, text));
  const publicKey = fromBase64url(cosigner.key.kty === "OKP" ? cosigner.key.x : "");
  const keyId = cosignerKeyId(nodeCrypto, { name, publicKey });
  new Cosignatures(replica.database, nodeCrypto, replica.genesis.ledger).add(trust, size, { keyId, signature, time });
}
