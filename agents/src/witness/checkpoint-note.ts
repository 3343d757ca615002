import { encodeCosignature, formatNote } from "@firmament/core/log";
import { checkpointText, type Cosignatures, type Replica } from "@firmament/replica";
import { refuse } from "./errors.ts";

/**
 * The checkpoint of one size as a C2SP note with every cosignature that the node keeps.
 *
 * @throws Refusal `witness/no-checkpoint` where it keeps none
 */
export function checkpointNote(replica: Replica, kept: Cosignatures, size: number): Uint8Array {
  const signatures = kept.at(size).map(({ keyId, organisation: name, signature, time }) => {
    return { keyId, name, signature: encodeCosignature({ signature, time }) };
  });
  if (signatures.length === 0) throw refuse("witness/no-checkpoint", `Size ${size}.`);
  return formatNote({
    signatures,
    text: checkpointText(replica.database, replica.crypto, replica.genesis.ledger, size),
  });
}
