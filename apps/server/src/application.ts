import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { utf8 } from "@firmament/core/bytes";
import { selfTest } from "@firmament/core/keys";
import { nodeCrypto } from "@firmament/crypto";
import { CometLedger, type Misbehaviour, rememberingSignatures } from "@firmament/ledger-cometbft";
import { HttpLedger, ledgerServer } from "@firmament/ledger-http";
import { Replica } from "@firmament/replica";
import { makeFolder } from "./durable-file.ts";
import { declaredValidators } from "./engine/declared.ts";
import { engineSockets } from "./engine/sockets.ts";
import { evidenceFiles } from "./evidence-files.ts";
import { type Home, ledgerUrl, type Network, nodeUrl } from "./home.ts";
import { listen, logLine, type Service } from "./service.ts";
import { Transport } from "./tls/transport.ts";

function alarm(home: Home, organisation: string): (found: Misbehaviour) => void {
  const log = logLine("application", organisation);
  const keep = evidenceFiles(home.evidenceFolder(organisation));
  return (found) => {
    log("validator misbehaved", { ...found });
    keep(`${found.kind}-${found.address}-${found.height}`, utf8(JSON.stringify(found)));
  };
}

// Every node carries anybody's transaction (PROTOCOL W-5).
function carriedByOthers(network: Network, organisation: string, fetch: typeof globalThis.fetch) {
  const others = network.nodes.filter((each) => each.organisation !== organisation);
  const nodes = others.map((each) => new HttpLedger(nodeUrl(network, each.organisation), fetch));
  return (transaction: Uint8Array, signal: AbortSignal) =>
    Promise.allSettled(nodes.map((node) => node.submit(transaction, signal)));
}

/**
 * Runs one organisation's application: the registry beside its engine, and the front by which the organisation's own
 * node and agents use the ledger. Its working folder is the run folder, where the engine finds it.
 */
export async function startApplication(home: Home, organisation: string): Promise<Service> {
  selfTest(nodeCrypto);
  const network = await home.network();
  const address = ledgerUrl(network, organisation);
  const genesis = await home.genesis();
  const file = home.applicationFile(organisation);
  makeFolder(dirname(file));
  const replica = Replica.open(file, rememberingSignatures(nodeCrypto), genesis);
  const log = logLine("application", organisation);
  const transport = await Transport.open({ home, log, organisation, state: file });
  const ledger = new CometLedger({
    replica,
    file,
    carry: carriedByOthers(network, organisation, transport.fetch),
    rpc: engineSockets.rpc,
    validators: declaredValidators(home.replicaFile(organisation)),
    misbehaved: alarm(home, organisation),
  });
  // A killed application leaves its socket behind.
  rmSync(engineSockets.abci, { force: true });
  await ledger.listen(engineSockets.abci);
  const server = ledgerServer(ledger, genesis, transport.server(address, "members"));
  await listen(server, address, log);
  return {
    name: `application ${organisation}`,
    url: address.href,
    ended: ledger.fault,
    async [Symbol.asyncDispose]() {
      await ledger[Symbol.asyncDispose]();
      await server.close();
      await transport[Symbol.asyncDispose]();
      replica[Symbol.dispose]();
    },
  };
}
