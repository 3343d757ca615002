import { dirname } from "node:path";
import { Witness, witnessServer } from "@firmament/agents/witness";
import { selfTest } from "@firmament/core/keys";
import { nodeCrypto } from "@firmament/crypto";
import { HttpLedger } from "@firmament/ledger-http";
import { Replica } from "@firmament/replica";
import { contentHandler, FileStore } from "@firmament/store-file";
import { type Home, ledgerUrl, nodeUrl } from "./home.ts";
import { makeFolder } from "./durable-file.ts";
import { CosignedFile } from "./cosigned-file.ts";
import { evidenceFiles } from "./evidence-files.ts";
import { HttpPeers } from "./http-peers.ts";
import { NodeContent } from "./node-content.ts";
import { listen, logLine, type Service } from "./service.ts";
import { Transport } from "./tls/transport.ts";

function faultOf(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error("the node met a fault", { cause });
}

/** Runs one organisation's node: witness, file store and receipt signer. */
export async function startNode(home: Home, organisation: string): Promise<Service> {
  selfTest(nodeCrypto);
  const network = await home.network();
  const address = nodeUrl(network, organisation);
  const keys = await home.keys(organisation, "node");
  makeFolder(dirname(home.replicaFile(organisation)));
  const replica = Replica.open(home.replicaFile(organisation), nodeCrypto, await home.genesis());
  const log = logLine("node", organisation);
  const transport = await Transport.open({ home, log, organisation, state: home.replicaFile(organisation) });
  const ledger = new HttpLedger(ledgerUrl(network, organisation), transport.fetch);
  const store = await FileStore.open(home.contentFolder(organisation));
  const peers = network.nodes.filter((each) => each.organisation !== organisation).map((each) => new URL(each.url));
  const witness = new Witness({
    replica,
    ledger,
    identity: { organisation, cosigner: keys("cosigner"), node: keys("transaction") },
    content: new NodeContent(store, peers, transport.fetch),
    peers: new HttpPeers(peers, log, transport.fetch),
    memory: CosignedFile.open(home.cosignedFile(organisation)),
    evidence: evidenceFiles(home.evidenceFolder(organisation)),
    log,
  });
  const server = witnessServer(witness, ledger, contentHandler(store), transport.server(address, "members"));
  await listen(server, address, log);
  const stop = new AbortController();
  const ended = witness.run(stop.signal);
  return {
    name: `node ${organisation}`,
    url: address.href,
    ended: ended.then(() => undefined, faultOf),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended.catch(() => undefined);
      await server.close();
      await transport[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      replica[Symbol.dispose]();
    },
  };
}
