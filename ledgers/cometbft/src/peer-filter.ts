import type { DatabaseSync } from "node:sqlite";
import { tables, type Validators } from "@firmament/core/registry";
import { currentRecord } from "@firmament/replica";

const BY_ID = /^\/p2p\/filter\/id\/([0-9a-f]{40})$/;
const BY_ADDRESS = "/p2p/filter/addr/";

/**
 * Whether the engine may talk to a peer: the node of an active organisation. Addresses prove nothing and are no reason to
 * refuse; the id is the key that the connection is encrypted to.
 *
 * @param path of the engine's query, `/p2p/filter/id/<id>` or `/p2p/filter/addr/<address>`
 * @param newer validators of a copy of the ledger that this one may have still to catch up with
 */
export function mayConnect(database: DatabaseSync, path: string, newer?: Validators): boolean {
  if (path.startsWith(BY_ADDRESS)) return true;
  const id = BY_ID.exec(path)?.[1];
  const own = currentRecord(database, tables.validators);
  const newest = newer !== undefined && newer.version > (own?.version ?? 0) ? newer : own;
  return newest?.members.some(({ peer }) => peer === id) ?? false;
}
