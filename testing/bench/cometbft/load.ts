import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { EngineRpc } from "@firmament/ledger-cometbft/engine-rpc";
import { BlockEvents, type SeenBlock } from "./block-events.ts";

/** What a load generator does. */
export interface LoadJob {
  /** RPC sockets of the engines, asked in turn; blocks are seen at the first. */
  readonly sockets: readonly string[];
  /** A file of different transactions, one in base64 a line. */
  readonly transactions: string;
  readonly inFlight: number;
  /** Transactions that are sent before anything counts. */
  readonly warmup: number;
  /** So long after the warm-up nothing more is sent. */
  readonly seconds: number;
}

/** What it saw. Transactions of the warm-up are in no figure. */
export interface LoadResult {
  /** Milliseconds from before a transaction was sent until a block with it was seen. */
  readonly latencies: readonly number[];
  readonly perSecond: number;
  /** Executed with another code than 0. */
  readonly failed: number;
  /** Sent and never seen in a block. */
  readonly missing: number;
}

/** Longer than a heartbeat: an engine may leave a transaction in its pool until then. */
const LAST_MS = 40_000;

interface Sent {
  readonly at: number;
  readonly isCounted: boolean;
  readonly seen: () => void;
}

/** Hands a transaction to an engine's pool. @throws Error where the application refuses it */
async function broadcast(engine: EngineRpc, base64: string): Promise<void> {
  const { code, log } = (await engine.call("broadcast_tx_sync", { tx: base64 })) as { code: number; log: string };
  if (code !== 0) throw new Error(`the application refused a transaction: ${code} ${log}`);
}

/** A closed loop: so many workers, each sending its next transaction once a block shows the one before. */
class ClosedLoop {
  readonly #job: LoadJob;
  readonly #engines: readonly EngineRpc[];
  readonly #lines: readonly string[];
  readonly #pending = new Map<string, Sent>();
  readonly #latencies: number[] = [];
  readonly #stop = new AbortController();
  #ending: NodeJS.Timeout | undefined;
  #next = 0;
  #failed = 0;
  #missing = 0;
  #first = 0;
  #last = 0;

  constructor(job: LoadJob, engines: readonly EngineRpc[], lines: readonly string[]) {
    this.#job = job;
    this.#engines = engines;
    this.#lines = lines;
  }

  see({ transactions }: SeenBlock): void {
    const now = performance.now();
    for (const { base64, code } of transactions) {
      const found = this.#pending.get(base64);
      if (found === undefined) continue;
      this.#pending.delete(base64);
      found.seen();
      if (code !== 0) this.#failed++;
      if (!found.isCounted) continue;
      this.#latencies.push(now - found.at);
      this.#last = now;
    }
  }

  async run(): Promise<LoadResult> {
    await Promise.all(Array.from({ length: this.#job.inFlight }, () => this.#work()));
    clearTimeout(this.#ending);
    return {
      failed: this.#failed,
      latencies: this.#latencies,
      missing: this.#missing,
      perSecond: (this.#latencies.length * 1000) / (this.#last - this.#first),
    };
  }

  #begin(at: number): void {
    this.#first = at;
    this.#ending = setTimeout(() => {
      this.#stop.abort();
    }, this.#job.seconds * 1000);
  }

  async #work(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const i = this.#next++;
      const base64 = this.#lines[i];
      if (base64 === undefined) return;
      await this.#send(i, base64);
    }
  }

  async #send(i: number, base64: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<"seen">();
    const at = performance.now();
    const isCounted = i >= this.#job.warmup;
    if (isCounted && this.#first === 0) this.#begin(at);
    const seen = () => {
      resolve("seen");
    };
    this.#pending.set(base64, { at, isCounted, seen });
    const engine = this.#engines[i % this.#engines.length];
    if (engine !== undefined) await broadcast(engine, base64);
    const late = new AbortController();
    const outcome = await Promise.race([promise, delay(LAST_MS, "late" as const, { signal: late.signal })]);
    late.abort();
    if (outcome === "late") this.#missing++;
  }
}

/** Runs one load to its end. @throws Error where an engine takes no transaction */
export async function runLoad(job: LoadJob): Promise<LoadResult> {
  const lines = (await readFile(job.transactions, "latin1")).split("\n").filter((line) => line !== "");
  const engines = job.sockets.map((path) => new EngineRpc(path));
  const loop = new ClosedLoop(job, engines, lines);
  const [first = ""] = job.sockets;
  await using _events = await BlockEvents.open(first, (block) => {
    loop.see(block);
  });
  try {
    return await loop.run();
  } finally {
    for (const engine of engines) engine[Symbol.dispose]();
  }
}
