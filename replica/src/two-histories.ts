import type { DatabaseSync } from "node:sqlite";
import { encodeTwoHistories } from "@firmament/core/evidence";
import type { Crypto } from "@firmament/core/keys";
import { consistencyProof, rootAt } from "@firmament/core/log";
import { trustLimits } from "@firmament/core/trust";
import { checkpointNote } from "./checkpoint-note.ts";
import { refuse } from "./errors.ts";
import { logNodes } from "./log-rows.ts";
import { trustChain } from "./view.ts";

/**
 * Proof that this replica's checkpoint of `size` does not continue another's (PROTOCOL O-10). Whether it is true,
 * only its verification says.
 *
 * @param first the other's checkpoint, a C2SP note, which is not larger
 * @throws Refusal `replica/range` where no cosignature of `size` is kept
 */
export function proveTwoHistories(
  database: DatabaseSync,
  { crypto, ledger }: { readonly crypto: Crypto; readonly ledger: string },
  first: { readonly note: Uint8Array; readonly size: number },
  size: number,
): Uint8Array {
  const second = checkpointNote(database, crypto, ledger, size);
  if (second === undefined) throw refuse("replica/range", `No cosignature of size ${size} is kept.`);
  const nodes = logNodes(database);
  return encodeTwoHistories({
    first: first.note,
    path: consistencyProof(crypto, nodes, { from: first.size, to: size }),
    root: rootAt(crypto, nodes, first.size),
    second,
    trust: trustChain(database, trustLimits.maxChain),
  });
}
