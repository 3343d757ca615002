import { randomBytes } from "node:crypto";
import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { found } from "@firmament/cli/src/found.ts";
import { layout, portsNeeded } from "@firmament/cli/src/layout.ts";
import { freePorts } from "@firmament/cli/src/start/ports.ts";
import { decodeGenesis, type Genesis } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import type { Receipt } from "@firmament/replica";
import { findEngine } from "@firmament/server/engine";
import { Home, type Network } from "@firmament/server/home";
import { processesOf } from "../network/support/processes.ts";
import { FaultMember } from "./fault-member.ts";
import { Links } from "./links.ts";

const NAMES = ["acme.example", "bravo.example", "charlie.example", "delta.example"] as const;
const DAY = 86_400;

/**
 * Four organisations with the product's own processes, each in its own home, as on four machines that reach each other
 * through relays. Nothing of it is left when it is disposed.
 */
export class FaultNetwork implements AsyncDisposable {
  readonly genesis: Genesis;
  readonly links: Links;
  readonly members: FaultMember[] = [];
  /** Every receipt that any of its ledgers handed out, by the transaction's id. */
  readonly receipts = new Map<string, Receipt>();
  /** What is to be undone once nothing runs any more, however a case ended. */
  readonly undo = new DisposableStack();
  /** Where all homes lie. */
  readonly folder: string;
  /** Where every service listens. */
  layout: Network;
  readonly #founding: Home;

  private constructor(founding: Home, genesis: Genesis, network: Network) {
    this.#founding = founding;
    this.folder = join(founding.path, "..");
    this.genesis = genesis;
    this.links = new Links();
    this.layout = network;
  }

  /** Founds a consortium, and starts nothing. @throws Refusal `engine/missing` */
  static async found(): Promise<FaultNetwork> {
    findEngine();
    const folder = await mkdtemp(join(tmpdir(), "fm-"));
    const passphrase = join(folder, "passphrase");
    await writeFile(passphrase, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600 });
    process.env["FIRMAMENT_PASSPHRASE_FILE"] = passphrase;
    const founding = new Home(join(folder, "f"));
    const network = layout("cometbft", NAMES, await freePorts(portsNeeded("cometbft", NAMES)));
    await mkdir(founding.path, { mode: 0o700 });
    const time = Math.floor(Date.now() / 1000);
    const terms = { domain: "example.org", freshness: DAY, name: "registry", network, organisations: NAMES, time };
    const actors = await found(founding, terms);
    const created = new FaultNetwork(founding, decodeGenesis(nodeCrypto, await founding.genesis()), network);
    for (const name of NAMES) {
      const admin = actors.find(({ actor, organisation }) => actor === "admin" && organisation === name);
      if (admin === undefined) throw new Error(`${name} has no administrator`);
      const home = await created.#settle(name);
      created.members.push(new FaultMember(home, name, network, admin.signer));
    }
    return created;
  }

  /** Founds a consortium, and starts it. */
  static async start(): Promise<FaultNetwork> {
    const network = await FaultNetwork.found();
    try {
      for (const member of network.members) member.start();
      await network.ready();
      return network;
    } catch (cause) {
      await network[Symbol.asyncDispose]();
      throw cause;
    }
  }

  member(index: number): FaultMember {
    const found = this.members[index];
    if (found === undefined) throw new RangeError(`there is no organisation ${index}`);
    return found;
  }

  async ready(): Promise<void> {
    await Promise.all(this.members.map((member) => member.ready()));
  }

  /** Makes all lines whole, and every organisation's validator and node run. */
  async heal(): Promise<void> {
    this.links.heal();
    for (const member of this.members) member.start();
    await this.ready();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.members.map((member) => member.retire()));
    await this.links[Symbol.asyncDispose]();
    const left = processesOf(`${this.folder}/`);
    for (const pid of left) process.kill(pid, "SIGKILL");
    this.undo.dispose();
    await rm(this.folder, { force: true, recursive: true });
    delete process.env["FIRMAMENT_PASSPHRASE_FILE"];
    if (left.length > 0) throw new Error(`processes were left behind: ${left.join(", ")}`);
  }

  // Each organisation gets a home of its own, with the network as its relays make it.
  async #settle(name: string): Promise<Home> {
    const home = new Home(join(this.folder, name.slice(0, 1)));
    await mkdir(home.path, { mode: 0o700 });
    await rename(this.#founding.organisation(name), home.organisation(name));
    await copyFile(this.#founding.genesisFile, home.genesisFile);
    await writeFile(home.networkFile, JSON.stringify(await this.links.seenBy(name, this.layout)));
    return home;
  }
}
