import type { DatabaseSync } from "node:sqlite";
import { tables } from "@firmament/core/registry";
import { currentRecord } from "@firmament/replica";

/** Whether the ledger has revoked a device, of which it may know nothing. @param device its key id */
export function isRevoked(replica: DatabaseSync | undefined, device: string): boolean {
  return replica !== undefined && currentRecord(replica, tables.device, device)?.status === "revoked";
}
