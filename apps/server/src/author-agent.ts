import { join } from "node:path";
import { authorServer, AuthorService, HttpRegisterAgent } from "@firmament/agents/author";
import { nodeCrypto, passphraseFromEnvironment, publicKeyFromPem } from "@firmament/crypto";
import { FileAuthorKeyStore } from "./author-key-store.ts";
import { uploadFrontLimits } from "./front/index.ts";
import type { Home } from "./home.ts";
import { ledgerIdOf, NEVER } from "./replica-reader.ts";
import { listen, logLine, type Service } from "./service.ts";
import { Transport } from "./tls/transport.ts";

/** Runs the author agent of the vendor. */
export async function startAuthorAgent(home: Home): Promise<Service> {
  const network = await home.network();
  const { organisation, url } = network.author;
  const keys = await home.keys(organisation, "author-agent");
  const keyStore = new FileAuthorKeyStore(
    join(home.organisation(organisation), "author-agent"),
    await passphraseFromEnvironment(),
  );
  const log = logLine("author agent", organisation);
  const transport = await Transport.open({ home, log, organisation, state: home.replicaFile(organisation) });
  const service = new AuthorService({
    ledger: await ledgerIdOf(home),
    signer: keys("transaction"),
    keyStore,
    register: new HttpRegisterAgent(new URL(network.register.url), { fetch: transport.fetch }),
    crypto: nodeCrypto,
  });
  const server = authorServer(service, {
    crypto: nodeCrypto,
    readKey: publicKeyFromPem,
    log,
    serverFactory: transport.server(new URL(url), "anyone"),
  });
  await listen(server, new URL(url), log, uploadFrontLimits);
  return {
    name: "author agent",
    url,
    ended: NEVER,
    async [Symbol.asyncDispose]() {
      await server.close();
      await transport[Symbol.asyncDispose]();
    },
  };
}
