import type { DatabaseSync } from "node:sqlite";
import type { Crypto } from "@firmament/core/keys";
import { encodeCosignature, formatNote } from "@firmament/core/log";
import { checkpointText, Cosignatures } from "./cosignatures.ts";

/** The checkpoint of one size as a C2SP note with every cosignature that the replica keeps; none without one. */
export function checkpointNote(
  database: DatabaseSync,
  crypto: Crypto,
  ledger: string,
  size: number,
): Uint8Array | undefined {
  const signatures = new Cosignatures(database, crypto, ledger).at(size).map((each) => {
    const { keyId, organisation: name, signature, time } = each;
    return { keyId, name, signature: encodeCosignature({ signature, time }) };
  });
  if (signatures.length === 0) return undefined;
  return formatNote({ signatures, text: checkpointText(database, crypto, ledger, size) });
}
