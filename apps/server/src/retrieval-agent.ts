import { retrievalServer, RetrievalService } from "@firmament/agents/retrieval";
import { nodeCrypto, publicKeyFromPem } from "@firmament/crypto";
import { contentHandler, FileStore } from "@firmament/store-file";
import type { Home } from "./home.ts";
import { ledgerIdOf, NEVER, openReplica } from "./replica-reader.ts";
import { listen, logLine, type Service } from "./service.ts";
import { Transport } from "./tls/transport.ts";

/** Runs the retrieval agent of the operator. */
export async function startRetrievalAgent(home: Home): Promise<Service> {
  const { devices, organisation, url } = (await home.network()).retrieval;
  const database = await openReplica(home.replicaFile(organisation));
  const store = await FileStore.open(home.contentFolder(organisation));
  const service = new RetrievalService({
    database,
    ledgerId: await ledgerIdOf(home),
    crypto: nodeCrypto,
    content: store,
  });
  const log = logLine("retrieval agent", organisation);
  const transport = await Transport.open({ home, log, organisation, state: home.replicaFile(organisation) });
  const server = retrievalServer(service, {
    crypto: nodeCrypto,
    readKey: publicKeyFromPem,
    content: contentHandler(store),
    log,
    serverFactory: transport.server(new URL(url), devices === "certified" ? "devices" : "anyone"),
  });
  await listen(server, new URL(url), log);
  return {
    name: "retrieval agent",
    url,
    ended: NEVER,
    async [Symbol.asyncDispose]() {
      await server.close();
      await transport[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      database.close();
    },
  };
}
