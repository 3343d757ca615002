import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { signPossession } from "@firmament/agents/signing";
import { nodeCrypto } from "@firmament/crypto";
import { ledgerServer } from "@firmament/ledger-http";
import { type Block, type LedgerStatus, Replica } from "@firmament/replica";
import { type EngineKeys, makeEngineKeys } from "@firmament/server/engine";
import { Home } from "@firmament/server/home";
import { Consortium } from "@firmament/testing/kit";
import { FakeLedger } from "../../witness/fake-ledger.ts";
import { history } from "../../witness/fakes.ts";

/** An application's front that says whatever height of its engine a test gives it. */
class FakeFront extends FakeLedger {
  readonly #engineHeight: number;

  constructor(ledger: string, blocks: readonly Block[], engineHeight: number) {
    super(ledger, blocks);
    this.#engineHeight = engineHeight;
  }

  override async status(): Promise<LedgerStatus> {
    return { ...(await super.status()), engineHeight: this.#engineHeight, root: "A".repeat(43) };
  }
}

/** The last organisation of a test consortium with a home of its own; the others are fronts, where a test starts them. */
export class NodeHome implements AsyncDisposable {
  readonly consortium: Consortium;
  readonly folder = mkdtempSync(join(tmpdir(), "firmament-state-"));
  readonly home = new Home(join(this.folder, "home"));
  readonly name: string;
  readonly #fronts = new AsyncDisposableStack();
  readonly #ledgers = new Map<string, string>();

  private constructor(consortium: Consortium) {
    this.consortium = consortium;
    this.name = consortium.member(3).name;
  }

  /** @param nodes whether the ledger is a replicated one, and the home holds an engine's keys */
  static async make({ nodes }: { readonly nodes: boolean }): Promise<NodeHome> {
    const made = new NodeHome(await Consortium.ready({ nodes }));
    try {
      await made.#fill(nodes);
      return made;
    } catch (cause) {
      await made[Symbol.asyncDispose]();
      throw cause;
    }
  }

  /** A path under the organisation's folder. */
  path(name: string): string {
    return join(this.home.organisation(this.name), name);
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
  }

  writeReplica(blocks: readonly Block[]): void {
    mkdirSync(dirname(this.home.replicaFile(this.name)), { recursive: true });
    using replica = Replica.open(this.home.replicaFile(this.name), nodeCrypto, this.consortium.genesisFile);
    for (const block of blocks) replica.apply(block);
  }

  /** Declares the consensus key of the home's engine on the ledger, as the present one of the organisation. */
  async declare({ peer, signer, validator }: EngineKeys): Promise<void> {
    const { consortium } = this;
    const claim = { ledger: consortium.ledger, organisation: this.name, purpose: "validator" } as const;
    const body = { peer, proof: await signPossession(signer, claim), validator };
    await consortium.submit(consortium.member(3).admin, "node.declare", body);
  }

  /** Starts a member's front, with the consortium's present history. */
  async front(member: number, engineHeight: number, ledger = this.consortium.ledger): Promise<void> {
    const { consortium } = this;
    const front = new FakeFront(ledger, history(consortium), engineHeight);
    const server = ledgerServer(front, consortium.genesisFile);
    this.#fronts.defer(() => server.close());
    this.#ledgers.set(consortium.member(member).name, `${await server.listen({ host: "127.0.0.1", port: 0 })}/`);
    this.writeNetwork();
  }

  /** Loses the organisation's folder, as a broken disk does. */
  lose(): void {
    rmSync(this.home.organisation(this.name), { recursive: true });
  }

  writeNetwork(): void {
    const url = "http://127.0.0.1:1/";
    const agent = { organisation: this.name, url };
    const nodes = this.consortium.members.map(({ name }) => ({
      organisation: name,
      url,
      ...(this.#ledgers.has(name) ? { ledger: this.#ledgers.get(name) } : {}),
    }));
    writeFileSync(this.home.networkFile, JSON.stringify({ author: agent, nodes, register: agent, retrieval: agent }));
  }

  async #fill(nodes: boolean): Promise<void> {
    const { consortium, home, name } = this;
    this.write("keys/node.jwe", "an encrypted key");
    this.write("cosigned/last.json", "what it cosigned");
    this.write("run/supervisor.pid", "1");
    this.write("content/content/bafkreia", "an image");
    this.write("content/staging/half", "half an image");
    writeFileSync(home.genesisFile, consortium.genesisFile);
    this.writeNetwork();
    if (nodes) await makeEngineKeys(home.engineFolder(name));
    this.writeReplica(history(consortium));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#fronts[Symbol.asyncDispose]();
    this.consortium[Symbol.dispose]();
    rmSync(this.folder, { force: true, recursive: true });
  }
}
