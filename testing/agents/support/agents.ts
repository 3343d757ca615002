import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import {
  type AuthorKeyStore,
  authorServer,
  AuthorService,
  HttpRegisterAgent,
  type StoredAuthor,
} from "@firmament/agents/author";
import {
  type RegisterParts,
  registerServer,
  RegisterService,
  type StagingStore,
  type TokenMint,
} from "@firmament/agents/register";
import { retrievalServer, RetrievalService, type StoredContentReader } from "@firmament/agents/retrieval";
import type { Signer } from "@firmament/core/keys";
import { type ClassPolicy, tables } from "@firmament/core/registry";
import { mintToken, nodeCrypto, publicKeyFromPem, verifyToken } from "@firmament/crypto";
import { SqliteLedger } from "@firmament/ledger-sqlite";
import { blocksFrom, Cosignatures, currentRecord, openDatabase, Replica, StateView } from "@firmament/replica";
import { contentHandler, FileStore } from "@firmament/store-file";
import type { FastifyInstance } from "fastify";
import { Consortium, newSigner } from "../../kit/index.ts";

/** A key store in memory; the real one is a sealed file of the composition root. */
class MemoryKeyStore implements AuthorKeyStore {
  readonly kept = new Map<string, StoredAuthor>();

  async load(author: string): Promise<StoredAuthor | undefined> {
    return this.kept.get(author);
  }

  async save(stored: StoredAuthor): Promise<void> {
    this.kept.set(stored.author, stored);
  }
}

function tokenMint(key: Signer, ledger: string): TokenMint {
  return {
    mint: ({ author, ends, issued }) =>
      mintToken(key, { aud: ledger, exp: ends, iat: issued, iss: "bravo.example", jti: randomUUID(), sub: author }),
    verify: async (token, time) => ({ author: (await verifyToken(token, key.key, { ledger, time })).sub }),
  };
}

async function listen(server: FastifyInstance): Promise<URL> {
  await server.listen({ host: "127.0.0.1", port: 0 });
  const { port } = server.server.address() as AddressInfo;
  return new URL(`http://127.0.0.1:${port}/`);
}

export interface TestAgentsOptions {
  readonly policy2?: Partial<ClassPolicy>;
  /** Puts something between the agents and the store. */
  readonly content?: (store: FileStore) => StagingStore & StoredContentReader;
}

/**
 * Author, register and retrieval agent over HTTP on loopback with real parts: the sqlite ledger of a test consortium,
 * a file store in a folder of its own, and a replica of the operator's that follows when it is told to.
 */
export class TestAgents implements AsyncDisposable {
  readonly consortium: Consortium;
  readonly ledger: SqliteLedger;
  readonly store: FileStore;
  readonly tokenKey: Signer;
  readonly keyStore = new MemoryKeyStore();
  readonly faults: Readonly<Record<string, unknown>>[] = [];
  readonly #folder: string;
  readonly #replica: Replica;
  readonly #database: DatabaseSync;
  readonly #servers: FastifyInstance[] = [];
  #urls: { author: URL; register: URL; retrieval: URL } | undefined;

  private constructor(consortium: Consortium, store: FileStore, tokenKey: Signer, folder: string) {
    this.consortium = consortium;
    this.store = store;
    this.tokenKey = tokenKey;
    this.ledger = new SqliteLedger(consortium.replica, () => consortium.now);
    this.#folder = folder;
    const file = join(folder, "replica.sqlite");
    this.#replica = Replica.open(file, nodeCrypto, consortium.genesisFile);
    this.#database = openDatabase(file, { readOnly: true });
  }

  static async start({ content, policy2 = {} }: TestAgentsOptions = {}): Promise<TestAgents> {
    const folder = await mkdtemp(join(tmpdir(), "firmament-agents-"));
    const store = await FileStore.open(join(folder, "content"));
    const consortium = await Consortium.ready({ policy2 });
    const agents = new TestAgents(consortium, store, await newSigner("RS384"), folder);
    await agents.#listen(content?.(store) ?? store);
    return agents;
  }

  get urls() {
    if (this.#urls === undefined) throw new Error("the agents do not listen");
    return this.#urls;
  }

  /** A register agent's service over the bench's parts. */
  registerService(changes: Partial<RegisterParts> = {}): RegisterService {
    const { consortium, ledger } = this;
    return new RegisterService({
      ledgerId: consortium.ledger,
      signer: consortium.member(1).registerAgent,
      ledger,
      tokens: tokenMint(this.tokenKey, consortium.ledger),
      content: this.store,
      findAuthor: (author) => {
        if (currentRecord(this.#database, tables.author, author)?.status === "active") return "approved";
        return currentRecord(this.#database, tables.petition, author) === undefined ? "unknown" : "pending";
      },
      findRelease: (id) => currentRecord(this.#database, tables.release, id),
      crypto: nodeCrypto,
      clock: () => consortium.now,
      limits: { submitRetryMs: 1 },
      ...changes,
    });
  }

  /** Brings the operator's replica up to the ledger, and cosigns there. */
  async follow(): Promise<void> {
    const { consortium } = this;
    await consortium.cosign();
    for (const block of blocksFrom(consortium.replica.database, this.#replica.status.height + 1, 1000))
      this.#replica.apply(block);
    const trust = new StateView(this.#replica.database, nodeCrypto, consortium.size).trust();
    const from = new Cosignatures(consortium.replica.database, nodeCrypto, consortium.ledger);
    const kept = new Cosignatures(this.#replica.database, nodeCrypto, consortium.ledger);
    for (const each of from.at(consortium.size)) kept.add(trust, consortium.size, each);
  }

  /** Folder of the operator's file store. */
  get folder(): string {
    return join(this.#folder, "content");
  }

  /** Files that are staged, and files that are stored. */
  async files(): Promise<{ readonly staged: readonly string[]; readonly stored: readonly string[] }> {
    const [staged, stored] = await Promise.all(["staging", "content"].map((name) => readdir(join(this.folder, name))));
    return { staged: staged ?? [], stored: stored ?? [] };
  }

  /** Ends the register agent. */
  async endRegister(): Promise<void> {
    await this.#servers[0]?.close();
  }

  /** Ends the author's agent, as if its organisation were gone for good. */
  async endAuthor(): Promise<void> {
    await this.#servers[1]?.close();
  }

  /** Serves a front on loopback until the bench ends; its address. */
  async serve(server: FastifyInstance): Promise<URL> {
    this.#servers.push(server);
    return listen(server);
  }

  async #listen(content: StagingStore & StoredContentReader): Promise<void> {
    const { consortium, keyStore } = this;
    const log = (_event: string, details: Readonly<Record<string, unknown>>) => this.faults.push(details);
    const common = { crypto: nodeCrypto, log, readKey: publicKeyFromPem };
    const register = await this.serve(registerServer(this.registerService({ content }), common));
    const authorService = new AuthorService({
      ledger: consortium.ledger,
      signer: consortium.member(0).author,
      keyStore,
      register: new HttpRegisterAgent(register),
      crypto: nodeCrypto,
      clock: () => consortium.now,
    });
    const author = await this.serve(authorServer(authorService, common));
    const retrievalService = new RetrievalService({
      database: this.#database,
      ledgerId: consortium.ledger,
      crypto: nodeCrypto,
      content,
    });
    const retrieval = await this.serve(
      retrievalServer(retrievalService, { ...common, content: contentHandler(this.store) }),
    );
    this.#urls = { author, register, retrieval };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers.reverse()) await server.close();
    await this.ledger[Symbol.asyncDispose]();
    await this.store[Symbol.asyncDispose]();
    this.#database.close();
    this.#replica[Symbol.dispose]();
    this.consortium[Symbol.dispose]();
    await rm(this.#folder, { recursive: true });
  }
}
