import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { nodeCrypto } from "@firmament/crypto";
import { EngineRpc } from "@firmament/ledger-cometbft/engine-rpc";
import { engineConfig, engineGenesis, findEngine } from "@firmament/server/engine";
import { Relay } from "../../network/relay.ts";
import { type FloorHome, foundFloor } from "./floor-home.ts";
import { diskBytesOf, usageOf } from "./process-usage.ts";

/** What executes the transactions: the engine's own key-value store, a plain application in Node, or the product. */
export type Form = "echo" | "kvstore" | "product";

export interface NetworkOptions {
  readonly form: Form;
  readonly organisations: number;
  /** Between any two engines, milliseconds each way; 0 without a relay. */
  readonly delayMs: number;
  /** Pause of the engines after each block, milliseconds; the product's where it is left out. */
  readonly commitPauseMs?: number;
}

interface Running {
  readonly kind: "application" | "engine";
  readonly child: ChildProcess;
}

/** What all processes of one kind used since their start, and what their folders hold. */
export interface KindUsage {
  readonly kind: "application" | "engine";
  readonly cpuMs: number;
  /** Peak RSS of the largest, bytes. */
  readonly peak: number;
  /** Of all their folders, bytes. */
  readonly disk: number;
}

const ECHO = fileURLToPath(new URL("echo-application.ts", import.meta.url));
const SERVICE = fileURLToPath(import.meta.resolve("@firmament/server/main"));
const START_MS = 30_000;
const END_MS = 3000;

function endpoint(text: string) {
  const [host = "", port = ""] = text.split(":");
  return { host, port: Number(port) };
}

async function readyLine(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error("the application has no output");
  for await (const line of createInterface(child.stdout)) if (line.startsWith("ready")) return;
  throw new Error("the application did not start");
}

async function end({ child }: Running): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  const hard = setTimeout(() => child.kill("SIGKILL"), END_MS);
  child.kill("SIGTERM");
  await exited;
  clearTimeout(hard);
}

/** Engines with their applications on this machine, all configured as the product's; ended and removed when disposed. */
export class EngineNetwork implements AsyncDisposable {
  readonly floor: FloorHome;
  readonly #options: NetworkOptions;
  readonly #running: Running[] = [];
  readonly #relays: Relay[] = [];

  private constructor(floor: FloorHome, options: NetworkOptions) {
    this.floor = floor;
    this.#options = options;
  }

  static async start(options: NetworkOptions): Promise<EngineNetwork> {
    const floor = await foundFloor(await mkdtemp(join(tmpdir(), "fm-")), options.organisations);
    const network = new EngineNetwork(floor, options);
    try {
      const names = floor.network.nodes.map(({ organisation }) => organisation);
      for (const name of names) await network.#configure(name);
      if (options.form !== "kvstore") await Promise.all(names.map((name) => network.#startApplication(name)));
      for (const name of names) network.#startEngine(name);
      await Promise.all(network.sockets.map(untilReady(options.organisations - 1)));
      return network;
    } catch (cause) {
      await network[Symbol.asyncDispose]();
      throw cause;
    }
  }

  /** RPC sockets of the engines. */
  get sockets(): readonly string[] {
    const { home, network } = this.floor;
    return network.nodes.map(({ organisation }) => join(home.runFolder(organisation), "rpc.sock"));
  }

  usage(): readonly KindUsage[] {
    const { home, network } = this.floor;
    return (["engine", "application"] as const).map((kind) => {
      const used = this.#running.filter((each) => each.kind === kind).map(({ child }) => usageOf(child.pid ?? 0));
      const folders = network.nodes.map(({ organisation }) =>
        kind === "engine" ? home.engineFolder(organisation) : join(home.organisation(organisation), "ledger"),
      );
      return {
        cpuMs: used.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
        disk: folders.reduce((sum, folder) => sum + diskBytesOf(folder), 0),
        kind,
        peak: Math.max(0, ...used.map(({ peak }) => peak)),
      };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Engines first: one whose application is gone may hang.
    for (const kind of ["engine", "application"]) {
      await Promise.all(this.#running.filter((each) => each.kind === kind).map(end));
    }
    await Promise.all(this.#relays.map((relay) => relay[Symbol.asyncDispose]()));
    await rm(this.floor.home.path, { force: true, recursive: true });
  }

  async #configure(organisation: string): Promise<void> {
    const { genesis, home, network } = this.floor;
    const listen = network.nodes.find((each) => each.organisation === organisation)?.peer ?? "";
    const peers = await Promise.all(
      this.floor.members
        .filter(({ name }) => name !== organisation)
        .map(async ({ name, peer }) => ({ address: await this.#addressOf(name), id: peer })),
    );
    const { commitPauseMs, form } = this.#options;
    const application = form === "kvstore" ? { application: "kvstore" } : {};
    const config = engineConfig({ commitPauseMs, listen, moniker: organisation, peers, ...application });
    await mkdir(home.runFolder(organisation), { mode: 0o700, recursive: true });
    await mkdir(join(home.organisation(organisation), "ledger"), { mode: 0o700, recursive: true });
    await writeFile(join(home.engineFolder(organisation), "config", "config.toml"), config);
    await writeFile(
      join(home.engineFolder(organisation), "config", "genesis.json"),
      engineGenesis(nodeCrypto, genesis),
    );
  }

  // Where an engine is dialled: every pair of engines gets a relay of its own where there is a delay.
  async #addressOf(name: string): Promise<string> {
    const peer = this.floor.network.nodes.find((each) => each.organisation === name)?.peer ?? "";
    if (this.#options.delayMs === 0) return peer;
    const relay = await Relay.listen({ host: "127.0.0.1", port: 0 }, endpoint(peer));
    relay.delay(this.#options.delayMs);
    this.#relays.push(relay);
    return `127.0.0.1:${relay.address.port}`;
  }

  #spawn(kind: Running["kind"], organisation: string, program: string, words: readonly string[]): ChildProcess {
    const { home } = this.floor;
    const cwd = home.runFolder(organisation);
    const child = spawn(program, words, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    const log = createWriteStream(join(home.organisation(organisation), `${kind}.log`));
    child.stderr.pipe(log);
    if (kind === "engine") child.stdout.pipe(log);
    this.#running.push({ child, kind });
    return child;
  }

  async #startApplication(organisation: string): Promise<void> {
    const { home, members } = this.floor;
    const key = JSON.stringify(members[0]?.admin.key);
    const words =
      this.#options.form === "echo"
        ? [ECHO, "abci.sock", home.applicationFile(organisation), key]
        : [SERVICE, "application", home.path, organisation];
    await readyLine(this.#spawn("application", organisation, process.execPath, words));
  }

  #startEngine(organisation: string): void {
    const words = ["start", "--home", this.floor.home.engineFolder(organisation)];
    this.#spawn("engine", organisation, findEngine(), words);
  }
}

// An engine that is still catching up takes no transactions, and forgets those that others tell it.
async function isReady(rpc: EngineRpc, peers: number): Promise<boolean> {
  const net = (await rpc.call("net_info")) as { readonly n_peers: string };
  const { sync_info: sync } = (await rpc.call("status")) as { readonly sync_info: { readonly catching_up: boolean } };
  return Number(net.n_peers) >= peers && !sync.catching_up;
}

function untilReady(peers: number): (socket: string) => Promise<void> {
  return async (socket) => {
    using rpc = new EngineRpc(socket);
    for (const last = Date.now() + START_MS; Date.now() < last; await delay(20)) {
      if (await isReady(rpc, peers).catch(() => false)) return;
    }
    throw new Error(`the engine behind ${socket} found too few peers, or never caught up`);
  };
}
