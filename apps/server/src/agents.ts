import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { DatabaseSync } from "node:sqlite";
import { authorServer, AuthorService, HttpRegisterAgent } from "@firmament/agents/author";
import { registerServer, RegisterService, type TokenMint } from "@firmament/agents/register";
import { retrievalServer, RetrievalService } from "@firmament/agents/retrieval";
import type { Signer } from "@firmament/core/keys";
import { decodeGenesis, tables } from "@firmament/core/registry";
import { mintToken, nodeCrypto, passphraseFromEnvironment, publicKeyFromPem, verifyToken } from "@firmament/crypto";
import { HttpLedger } from "@firmament/ledger-sqlite";
import { currentRecord, openDatabase } from "@firmament/replica";
import { contentHandler, FileStore } from "@firmament/store-file";
import { FileAuthorKeyStore } from "./author-key-store.ts";
import { refuse } from "./errors.ts";
import type { Home } from "./home.ts";
import { listen, logLine, type Service } from "./service.ts";

const REPLICA_WAIT_MS = 20_000;
const POLL_MS = 20;
const NEVER = new Promise<never>(() => undefined);

async function ledgerIdOf(home: Home): Promise<string> {
  return decodeGenesis(nodeCrypto, await home.genesis()).ledger;
}

// The organisation's node makes the replica; an agent that starts beside it waits until it is there.
async function openReplica(file: string): Promise<DatabaseSync> {
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

/** Runs the author agent of the vendor. */
export async function startAuthorAgent(home: Home): Promise<Service> {
  const network = await home.network();
  const { organisation, url } = network.author;
  const keys = await home.keys(organisation, "author-agent");
  const keyStore = new FileAuthorKeyStore(
    join(home.organisation(organisation), "author-agent"),
    await passphraseFromEnvironment(),
  );
  const service = new AuthorService({
    ledger: await ledgerIdOf(home),
    signer: keys("transaction"),
    keyStore,
    register: new HttpRegisterAgent(new URL(network.register.url)),
    crypto: nodeCrypto,
  });
  const server = authorServer(service, {
    crypto: nodeCrypto,
    readKey: publicKeyFromPem,
    log: logLine("author agent", organisation),
  });
  await listen(server, new URL(url));
  return { name: "author agent", url, ended: NEVER, [Symbol.asyncDispose]: () => server.close() };
}

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
  const store = await FileStore.open(home.contentFolder(organisation));
  const service = new RegisterService({
    ledgerId,
    signer: keys("transaction"),
    ledger: new HttpLedger(new URL(network.ledger)),
    tokens: tokenMint(keys("token"), organisation, ledgerId),
    content: store,
    findRelease: (id) => currentRecord(database, tables.release, id),
    crypto: nodeCrypto,
  });
  const server = registerServer(service, { readKey: publicKeyFromPem, log: logLine("register agent", organisation) });
  await listen(server, new URL(url));
  return {
    name: "register agent",
    url,
    ended: NEVER,
    async [Symbol.asyncDispose]() {
      await server.close();
      await store[Symbol.asyncDispose]();
      database.close();
    },
  };
}

/** Runs the retrieval agent of the operator. */
export async function startRetrievalAgent(home: Home): Promise<Service> {
  const { organisation, url } = (await home.network()).retrieval;
  const database = await openReplica(home.replicaFile(organisation));
  const store = await FileStore.open(home.contentFolder(organisation));
  const service = new RetrievalService({
    database,
    ledgerId: await ledgerIdOf(home),
    crypto: nodeCrypto,
    content: store,
  });
  const log = logLine("retrieval agent", organisation);
  const server = retrievalServer(service, {
    crypto: nodeCrypto,
    readKey: publicKeyFromPem,
    content: contentHandler(store),
    log,
  });
  await listen(server, new URL(url));
  return {
    name: "retrieval agent",
    url,
    ended: NEVER,
    async [Symbol.asyncDispose]() {
      await server.close();
      await store[Symbol.asyncDispose]();
      database.close();
    },
  };
}
