import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { syncFolder } from "@firmament/server/durable-file";
import type { Home } from "@firmament/server/home";
import { assertNothingRuns } from "./restore.ts";

const ENGINE_STORES = ["cs.wal", "evidence.db", "tx_index.db", "blockstore.db", "state.db"] as const;

/**
 * What an organisation's application and engine have of the ledger, which the other organisations have too: not the
 * keys, and not the engine's memory of its votes.
 *
 * @returns paths that are there, in the order in which they are to go: the application's copy first, since an engine
 *   brings an empty application up to its own blocks
 */
export function ledgerState(home: Home, organisation: string): readonly string[] {
  const database = home.applicationFile(organisation);
  const files = [database, `${database}-wal`, `${database}-shm`];
  const stores = ENGINE_STORES.map((name) => join(home.engineFolder(organisation), "data", name));
  return [...files, ...stores].filter((path) => existsSync(path));
}

/**
 * Removes what {@link ledgerState} names, so that the next start takes it from the other organisations. One that did not
 * live to its end is done again.
 *
 * @throws Refusal `node/running`
 */
export async function resetFromPeers(home: Home, organisation: string): Promise<readonly string[]> {
  assertNothingRuns(home, organisation);
  const paths = ledgerState(home, organisation);
  for (const path of paths) {
    await rm(path, { recursive: true });
    syncFolder(dirname(path));
  }
  return paths;
}
