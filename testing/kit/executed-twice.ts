import assert from "node:assert/strict";
import { nodeCrypto } from "@firmament/crypto";
import { blocksFrom, Replica, type ReplicaOptions } from "@firmament/replica";

const PAGE = 512;

/** Executes every block of a replica again on a second one, and compares where both come to. */
export function assertExecutedTwice(replica: Replica, genesisFile: Uint8Array, options: ReplicaOptions): void {
  using second = Replica.open(":memory:", nodeCrypto, genesisFile, options);
  for (let page = blocksFrom(replica.database, 1, PAGE); page.length > 0;) {
    for (const block of page) second.apply(block);
    page = blocksFrom(replica.database, second.status.height + 1, PAGE);
  }
  assert.deepEqual(second.status, replica.status, "two replicas differ");
}
