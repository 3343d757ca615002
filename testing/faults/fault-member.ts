import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Signer } from "@firmament/core/keys";
import { HttpLedger } from "@firmament/ledger-http";
import type { ServiceKind } from "@firmament/server";
import { runningProcesses } from "@firmament/server/engine";
import { type Home, ledgerUrl, type Network, nodeUrl } from "@firmament/server/home";
import { KeptService } from "./kept-service.ts";

/** One organisation of a network of faults: its own home on this machine, and its processes. */
export class FaultMember {
  readonly name: string;
  readonly home: Home;
  readonly admin: Signer;
  readonly front: HttpLedger;
  /** Address of its node, as the node itself listens. */
  readonly node: URL;
  /** What its processes find in their environment besides this process's own. */
  env: Readonly<Record<string, string>> = {};
  readonly #services = new Map<ServiceKind, KeptService>();
  #isOver = false;

  constructor(home: Home, name: string, network: Network, admin: Signer) {
    this.home = home;
    this.name = name;
    this.admin = admin;
    this.front = new HttpLedger(ledgerUrl(network, name));
    this.node = nodeUrl(network, name);
    mkdirSync(home.logFolder, { recursive: true });
  }

  /** Starts its validator and its node, those that do not run yet. */
  start(...kinds: readonly ServiceKind[]): void {
    if (this.#isOver) throw new Error(`${this.name} is not started any more`);
    for (const kind of kinds.length === 0 ? (["validator", "node"] as const) : kinds) {
      if (this.#services.has(kind)) continue;
      const log = join(this.home.logFolder, `${kind}.log`);
      const env = { ...process.env, ...this.env };
      const options = { env, home: this.home.path, kind, log, organisation: this.name };
      this.#services.set(kind, new KeptService(options));
    }
  }

  async ready(): Promise<void> {
    await Promise.all([...this.#services.values()].map((service) => service.ready()));
  }

  /** Ends its processes as an operator does. */
  async stop(...kinds: readonly ServiceKind[]): Promise<void> {
    await this.#end("SIGTERM", kinds);
  }

  /** Ends its processes for good, whatever still wants to start them. */
  async retire(): Promise<void> {
    this.#isOver = true;
    await this.stop();
  }

  /** Ends all its processes at once, as when its machine lost power. */
  async kill(): Promise<void> {
    const running = runningProcesses(this.home, this.name);
    const ended = this.#end("SIGKILL", []);
    for (const { pid } of running) killNow(pid);
    await ended;
  }

  /** Kills one process, which whoever keeps it starts again. @returns whether it ran */
  killOnce(which: ServiceKind | "engine"): boolean {
    const pid = this.pidOf(which);
    return pid !== undefined && killNow(pid);
  }

  /** A process of its own that runs now. */
  pidOf(which: ServiceKind | "engine"): number | undefined {
    return runningProcesses(this.home, this.name).find(({ name }) => name === which)?.pid;
  }

  async #end(signal: "SIGKILL" | "SIGTERM", kinds: readonly ServiceKind[]): Promise<void> {
    const chosen = [...this.#services].filter(([kind]) => kinds.length === 0 || kinds.includes(kind));
    for (const [kind] of chosen) this.#services.delete(kind);
    await Promise.all(chosen.map(([, service]) => service.end(signal)));
  }
}

function killNow(pid: number): boolean {
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}
