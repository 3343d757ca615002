import { dirname } from "node:path";
import { selfTest } from "@firmament/core/keys";
import { nodeCrypto } from "@firmament/crypto";
import { ledgerServer } from "@firmament/ledger-http";
import { SqliteLedger } from "@firmament/ledger-sqlite";
import { Replica } from "@firmament/replica";
import { makeFolder } from "./durable-file.ts";
import { refuse } from "./errors.ts";
import type { Home } from "./home.ts";
import { listen, logLine, type Service } from "./service.ts";
import { Transport } from "./tls/transport.ts";

/** Runs the sequencer of a home's ledger; over TLS it shows itself as the register agent's organisation. */
export async function startLedger(home: Home): Promise<Service> {
  selfTest(nodeCrypto);
  const { ledger: address, register } = await home.network();
  if (address === undefined) throw refuse("home/network", "It names no one sequencer.");
  const genesis = await home.genesis();
  makeFolder(dirname(home.ledgerFile));
  const replica = Replica.open(home.ledgerFile, nodeCrypto, genesis);
  const ledger = new SqliteLedger(replica);
  const url = new URL(address);
  const { organisation } = register;
  const log = logLine("ledger", organisation);
  const transport = await Transport.open({ home, log, organisation, state: home.ledgerFile });
  const server = ledgerServer(ledger, genesis, transport.server(url, "members"));
  await listen(server, url, log);
  return {
    name: "ledger",
    url: address,
    ended: new Promise(() => undefined),
    async [Symbol.asyncDispose]() {
      await ledger[Symbol.asyncDispose]();
      await server.close();
      await transport[Symbol.asyncDispose]();
      replica[Symbol.dispose]();
    },
  };
}
