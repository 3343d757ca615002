import { setTimeout as delay } from "node:timers/promises";
import type { DatabaseSync } from "node:sqlite";
import { decodeGenesis } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { openDatabase } from "@firmament/replica";
import { refuse } from "./errors.ts";
import type { Home } from "./home.ts";

const REPLICA_WAIT_MS = 20_000;
const POLL_MS = 20;

/** Resolves for no service: agents hold no state of their own that could end them. */
export const NEVER = new Promise<never>(() => undefined);

/** Id of a home's ledger. */
export async function ledgerIdOf(home: Home): Promise<string> {
  return decodeGenesis(nodeCrypto, await home.genesis()).ledger;
}

/**
 * Opens an organisation's replica to read. Its node makes it; an agent that starts beside the node waits until it is
 * there.
 *
 * @throws Refusal `home/missing`
 */
export async function openReplica(file: string): Promise<DatabaseSync> {
  for (const end = Date.now() + REPLICA_WAIT_MS; Date.now() < end; await delay(POLL_MS)) {
    try {
      const database = openDatabase(file, { readOnly: true });
      if (database.prepare("SELECT 1 FROM meta WHERE name = 'genesis'").get() !== undefined) return database;
      database.close();
    } catch (cause) {
      if (!(cause instanceof Error)) throw cause;
    }
  }
  throw refuse("home/missing", `The node's replica ${file} is not there.`);
}
