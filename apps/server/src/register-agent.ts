import { randomUUID } from "node:crypto";
import { registerServer, RegisterService, type TokenMint } from "@firmament/agents/register";
import type { Signer } from "@firmament/core/keys";
import { tables } from "@firmament/core/registry";
import { mintToken, nodeCrypto, publicKeyFromPem, verifyToken } from "@firmament/crypto";
import { HttpLedger } from "@firmament/ledger-http";
import { currentRecord } from "@firmament/replica";
import { FileStore } from "@firmament/store-file";
import { uploadFrontLimits } from "./front/index.ts";
import { type Home, ledgerUrl } from "./home.ts";
import { ledgerIdOf, NEVER, openReplica } from "./replica-reader.ts";
import { listen, logLine, type Service } from "./service.ts";
import { Transport } from "./tls/transport.ts";

function tokenMint(key: Signer, organisation: string, ledger: string): TokenMint {
  return {
    mint: ({ author, ends, issued }) =>
      mintToken(key, { aud: ledger, exp: ends, iat: issued, iss: organisation, jti: randomUUID(), sub: author }),
    verify: async (token, time) => ({ author: (await verifyToken(token, key.key, { ledger, time })).sub }),
  };
}

/** Runs the register agent of the operator. */
export async function startRegisterAgent(home: Home): Promise<Service> {
  const network = await home.network();
  const { organisation, url } = network.register;
  const keys = await home.keys(organisation, "register-agent");
  const ledgerId = await ledgerIdOf(home);
  const database = await openReplica(home.replicaFile(organisation));
  const log = logLine("register agent", organisation);
  const transport = await Transport.open({ home, log, organisation, state: home.replicaFile(organisation) });
  const store = await FileStore.open(home.contentFolder(organisation));
  const service = new RegisterService({
    ledgerId,
    signer: keys("transaction"),
    ledger: new HttpLedger(ledgerUrl(network, organisation), transport.fetch),
    tokens: tokenMint(keys("token"), organisation, ledgerId),
    content: store,
    findAuthor: (author) => {
      if (currentRecord(database, tables.author, author)?.status === "active") return "approved";
      return currentRecord(database, tables.petition, author) === undefined ? "unknown" : "pending";
    },
    findRelease: (id) => currentRecord(database, tables.release, id),
    crypto: nodeCrypto,
  });
  const serverFactory = transport.server(new URL(url), "anyone");
  const server = registerServer(service, { readKey: publicKeyFromPem, log, serverFactory });
  await listen(server, new URL(url), log, uploadFrontLimits);
  return {
    name: "register agent",
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
