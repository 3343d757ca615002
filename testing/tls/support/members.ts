import { randomInt } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { nodeCrypto } from "@firmament/crypto";
import { HttpLedger, ledgerServer } from "@firmament/ledger-http";
import { SqliteLedger } from "@firmament/ledger-sqlite";
import { blocksFrom, Replica } from "@firmament/replica";
import { Home } from "@firmament/server/home";
import { issueOrganisationTls, serviceFile, Transport } from "@firmament/server/tls";
import { Consortium } from "../../kit/index.ts";

export const names = ["alpha.example", "bravo.example", "charlie.example", "delta.example"] as const;
export type Name = (typeof names)[number];
export const time = () => Math.floor(Date.now() / 1000);

const PORT = 4443;
// An address of its own for each organisation, and others for each process.
const BLOCK = `127.${randomInt(20, 250)}.${randomInt(1, 250)}`;

/** Where an organisation's front is. */
export function addressOf(name: Name): string {
  return `${BLOCK}.${names.indexOf(name) + 11}`;
}

/** One organisation's process: a ledger's front over TLS, and the way to the others. */
export interface Member {
  readonly transport: Transport;
  readonly url: URL;
  /** Connections that its front took, TLS or not. */
  connections(): number;
  /** The ledger of another organisation, over this one's transport. */
  ledgerOf(other: Name): HttpLedger;
}

interface Issued {
  readonly authorities: ReadonlyMap<string, string>;
  readonly folder: string;
}

let issued: Promise<Issued> | undefined;

// Once for each process: key files are slow to seal.
async function issueAll(): Promise<Issued> {
  const folder = await mkdtemp(join(tmpdir(), "firmament-tls-issued-"));
  process.once("exit", () => rmSync(folder, { force: true, recursive: true }));
  process.env["FIRMAMENT_PASSPHRASE_FILE"] = join(folder, "passphrase");
  await writeFile(join(folder, "passphrase"), "a passphrase of tests", { mode: 0o600 });
  const home = new Home(join(folder, "home"));
  const authorities = new Map<string, string>();
  for (const name of names) authorities.set(name, await issueOrganisationTls(home, name, [addressOf(name)], time()));
  return { authorities, folder };
}

/** Four organisations with an authority and an address of its own each, and replicas that follow one consortium. */
export class Members implements AsyncDisposable {
  readonly home: Home;
  readonly consortium: Consortium;
  readonly #folder: string;
  readonly #replicas = new Map<Name, Replica>();
  readonly #stack = new AsyncDisposableStack();
  readonly logged: string[] = [];

  private constructor(folder: string, consortium: Consortium) {
    this.#folder = folder;
    this.home = new Home(join(folder, "home"));
    this.consortium = consortium;
  }

  static async open(): Promise<Members> {
    issued ??= issueAll();
    const { authorities, folder: made } = await issued;
    const folder = await mkdtemp(join(tmpdir(), "firmament-tls-"));
    await cp(made, folder, { recursive: true });
    process.env["FIRMAMENT_PASSPHRASE_FILE"] = join(folder, "passphrase");
    const members = new Members(folder, await Consortium.found({ authorities }));
    const { home } = members;
    await writeFile(home.genesisFile, members.consortium.genesisFile);
    await members.writeNetwork();
    return members;
  }

  urlOf(name: Name): URL {
    return new URL(`https://${addressOf(name)}:${PORT}/`);
  }

  async writeNetwork(change: Record<string, unknown> = {}): Promise<void> {
    const nodes = names.map((name) => ({ organisation: name, url: this.urlOf(name).href }));
    const [author, register] = nodes;
    await writeFile(this.home.networkFile, JSON.stringify({ author, nodes, register, retrieval: register, ...change }));
  }

  /** The organisation's transport, over its own replica. */
  async transport(name: Name): Promise<Transport> {
    const log = (event: string) => this.logged.push(`${name} ${event}`);
    const state = this.home.replicaFile(name);
    return this.#stack.use(await Transport.open({ home: this.home, log, organisation: name, state }));
  }

  /** Runs one organisation's front; `prepare` is called before it listens. */
  async run(name: Name, prepare: (server: Server) => void = () => undefined): Promise<Member> {
    const replica = this.replica(name);
    const transport = await this.transport(name);
    const ledger = new SqliteLedger(replica);
    const url = this.urlOf(name);
    const server = ledgerServer(ledger, this.consortium.genesisFile, transport.server(url, "members"));
    prepare(server.server);
    let taken = 0;
    server.server.on("connection", () => taken++);
    await server.listen({ host: url.hostname, port: PORT });
    this.#stack.defer(() => ledger[Symbol.asyncDispose]());
    this.#stack.defer(() => server.close());
    const ledgerOf = (other: Name) => new HttpLedger(this.urlOf(other), transport.fetch);
    return { connections: () => taken, ledgerOf, transport, url };
  }

  /** What the organisation's services show, PEM both. */
  async identity(name: Name): Promise<{ readonly cert: string; readonly key: string }> {
    const pem = await readFile(serviceFile(this.home, name), "utf8");
    return { cert: pem, key: pem };
  }

  /** The organisation's replica; it is made with the first call. */
  replica(name: Name): Replica {
    const file = this.home.replicaFile(name);
    mkdirSync(dirname(file), { recursive: true });
    const replica = this.#replicas.get(name) ?? Replica.open(file, nodeCrypto, this.consortium.genesisFile);
    this.#replicas.set(name, replica);
    return replica;
  }

  /** Every replica that was made takes the consortium's new blocks. */
  follow(): void {
    for (const replica of this.#replicas.values()) {
      for (const block of blocksFrom(this.consortium.replica.database, replica.status.height + 1, 1000)) {
        replica.apply(block);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
    for (const replica of this.#replicas.values()) replica[Symbol.dispose]();
    this.consortium[Symbol.dispose]();
    await rm(this.#folder, { force: true, recursive: true });
  }
}
