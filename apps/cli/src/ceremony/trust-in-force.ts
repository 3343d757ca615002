import type { DatabaseSync } from "node:sqlite";
import { utf8 } from "@firmament/core/bytes";
import { keyId } from "@firmament/core/keys";
import { tables } from "@firmament/core/registry";
import { decodeTrustRoot, type TrustRoot } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";
import { currentRecord } from "@firmament/replica";
import { refuse } from "./errors.ts";
import type { Member } from "./member-file.ts";

/** The trust root in force, as a replica has it. */
export function trustInForce(replica: DatabaseSync): TrustRoot {
  const version = String(currentRecord(replica, tables.ledger)?.trust);
  const found = currentRecord(replica, tables.trust, version);
  if (found === undefined) throw new Error(`the replica lacks trust/${version}`);
  return decodeTrustRoot(nodeCrypto, utf8(found.document));
}

/** @throws Refusal `ceremony/in-force` where a draft follows another trust root than the one in force */
export function assertInForce(before: TrustRoot, replica: DatabaseSync): void {
  const found = trustInForce(replica);
  if (before.digest !== found.digest)
    throw refuse("ceremony/in-force", `In force is trust/${found.document.version}, ${found.digest}.`);
}

/**
 * Holds member files against the ledger: whoever makes one up has no administrator's key.
 *
 * @throws Refusal `ceremony/stranger`
 */
export function assertEnrolledAdmins(replica: DatabaseSync, members: readonly Member[]): void {
  for (const { admin, name } of members) {
    const found = currentRecord(replica, tables.identity, keyId(nodeCrypto, admin));
    if (found?.organisation !== name || found.status !== "active" || !found.roles.includes("admin"))
      throw refuse("ceremony/stranger", `See the member file of ${name}.`);
  }
}
