import { dirname } from "node:path";
import { selfTest } from "@firmament/core/keys";
import { nodeCrypto } from "@firmament/crypto";
import { ledgerServer } from "@firmament/ledger-http";
import { SqliteLedger } from "@firmament/ledger-sqlite";
import { Replica } from "@firmament/replica";
import { makeFolder } from "./durable-file.ts";
import type { Home } from "./home.ts";
import { listen, type Service } from "./service.ts";

/** Runs the sequencer of a home's ledger. */
export async function startLedger(home: Home): Promise<Service> {
  selfTest(nodeCrypto);
  const { ledger: address } = await home.network();
  const genesis = await home.genesis();
  makeFolder(dirname(home.ledgerFile));
  const replica = Replica.open(home.ledgerFile, nodeCrypto, genesis);
  const ledger = new SqliteLedger(replica);
  const server = ledgerServer(ledger, genesis);
  await listen(server, new URL(address));
  return {
    name: "ledger",
    url: address,
    ended: new Promise(() => undefined),
    async [Symbol.asyncDispose]() {
      await ledger[Symbol.asyncDispose]();
      await server.close();
      replica[Symbol.dispose]();
    },
  };
}
