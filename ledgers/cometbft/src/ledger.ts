import { setTimeout as delay } from "node:timers/promises";
import type { DatabaseSync } from "node:sqlite";
import { Refusal } from "@firmament/core/errors";
import { decodeTransaction, type Validators } from "@firmament/core/registry";
import {
  type Block,
  BlockFeed,
  type Ledger,
  type LedgerStatus,
  ledgerStatus,
  openDatabase,
  type Receipt,
  receiptOf,
  refuseLedger,
  type Replica,
} from "@firmament/replica";
import { AbciServer } from "./abci-server.ts";
import { Admission } from "./admission.ts";
import { AdmittedTransactions } from "./admitted.ts";
import { registryApplication } from "./application.ts";
import { BlockExecutor, type Judged } from "./block-executor.ts";
import { EngineRpc } from "./engine-rpc.ts";
import { type Carry, HandOver } from "./hand-over.ts";
import type { Misbehaviour } from "./misbehaviour.ts";
import { Waiting } from "./waiting.ts";

/** How long a submission lasts, in milliseconds; how many may wait at one front, and be given to others at a time. */
export const submissionLimits = { patience: 10_000, again: 2000, lag: 500, maxWaiting: 1024, maxCarried: 16 } as const;

const POLL_MS = 50;

/**
 * Seconds since the time of the newest block after which this node has missed some: an idle ledger makes one every 30
 * seconds, with the time at which the one before was decided.
 */
const MISSED = 65;

/** What the state of a node that lags behind may not show yet. */
const MAY_COME = new Set(["identity/unknown", "organisation/unknown", "organisation/inactive"]);

export interface CometLedgerParts {
  /** The application's own replica; nobody else may write to it. */
  readonly replica: Replica;
  /** File of the replica's database, for a second connection. */
  readonly file: string;
  /** Socket that the engine's RPC listens on. */
  readonly rpc: string;
  /** The validators as a newer copy of the ledger has them, for an application that has still to catch up. */
  readonly validators?: Validators;
  /** Called for each proof of a misused validator key. */
  readonly misbehaved?: (found: Misbehaviour) => void;
  /** Seconds since 1970. */
  readonly clock?: () => number;
  /** Milliseconds that a submission waits for its block. */
  readonly patience?: number;
  /** Gives a transaction to the other organisations, too; it never rejects, and nobody waits for it. */
  readonly carry?: Carry;
}

/**
 * The ledger that several organisations keep together on CometBFT. Each runs this application beside its own engine: the
 * engine decides the order, the application what it means.
 */
export class CometLedger implements Ledger {
  readonly #replica: Replica;
  readonly #reader: DatabaseSync;
  readonly #engine: EngineRpc;
  readonly #feed: BlockFeed;
  readonly #waiting: Waiting;
  readonly #server: AbciServer;
  readonly #patience: number;
  readonly #clock: () => number;
  readonly #handOver: HandOver;
  readonly #executor: BlockExecutor;
  readonly #ended = new AbortController();

  constructor(parts: CometLedgerParts) {
    const { file, replica } = parts;
    const clock = parts.clock ?? (() => Math.floor(Date.now() / 1000));
    this.#replica = replica;
    this.#clock = clock;
    this.#reader = openDatabase(file, { readOnly: true });
    this.#engine = new EngineRpc(parts.rpc);
    this.#feed = new BlockFeed(this.#reader);
    this.#waiting = new Waiting();
    this.#handOver = new HandOver(parts.carry, submissionLimits.maxCarried);
    this.#patience = parts.patience ?? submissionLimits.patience;
    const admitted = new AdmittedTransactions();
    this.#executor = new BlockExecutor(replica, admitted);
    this.#server = new AbciServer(
      registryApplication({
        replica,
        reader: this.#reader,
        executor: this.#executor,
        admission: new Admission({ admitted, clock, replica }),
        newer: parts.validators,
        committed: (judged) => {
          this.#committed(judged);
        },
        misbehaved: parts.misbehaved ?? (() => undefined),
      }),
    );
  }

  /** @param path of the unix socket that the engine dials, in a folder that nobody else may enter */
  listen(path: string): Promise<void> {
    return this.#server.listen(path);
  }

  /** Resolves with the fault that ended the application; its process must end with it. */
  get fault(): Promise<Error> {
    return this.#server.fault;
  }

  /** Height of the engine, which counts blocks without transactions too. */
  get engineHeight(): number {
    return this.#executor.mark.height;
  }

  async submit(transaction: Uint8Array, signal?: AbortSignal): Promise<Receipt> {
    const { expires, id } = decodeTransaction(this.#replica.crypto, transaction);
    const before = receiptOf(this.#reader, id);
    if (before !== undefined) return before;
    if (this.#waiting.size >= submissionLimits.maxWaiting) throw refuseLedger("ledger/busy");
    const settled = Promise.withResolvers<Receipt | Refusal>();
    const settle = this.#forgiving(expires, settled.resolve);
    const forget = this.#waiting.add(id, { bytes: transaction, settle });
    const done = new AbortController();
    const end = AbortSignal.any([done.signal, this.#ended.signal, ...(signal === undefined ? [] : [signal])]);
    try {
      const outcome = await Promise.race([settled.promise, this.#offer(id, transaction, end)]);
      if (outcome instanceof Refusal) throw outcome;
      return outcome;
    } finally {
      done.abort();
      forget();
    }
  }

  blocks(from: number, signal?: AbortSignal): AsyncIterable<Block> {
    return this.#feed.blocks(from, signal);
  }

  status(): Promise<LedgerStatus> {
    return Promise.resolve({ ...ledgerStatus(this.#replica), engineHeight: this.engineHeight });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    this.#feed.end();
    await this.#server[Symbol.asyncDispose]();
    this.#engine[Symbol.dispose]();
    this.#reader.close();
  }

  // After a pause, the first block still has the time at which the last one was decided: what lies too far ahead of that
  // is offered again, and the next block's word counts.
  #forgiving(expires: number, settle: (outcome: Receipt | Refusal) => void): typeof settle {
    let isFirst = true;
    return (outcome) => {
      const isAhead = outcome instanceof Refusal && outcome.code === "transaction/expired" && expires >= this.#clock();
      if (!isAhead || !isFirst) settle(outcome);
      isFirst = false;
    };
  }

  // The pool is in memory and promises nothing: a transaction is offered again until a block has it.
  async #offer(id: string, transaction: Uint8Array, signal: AbortSignal): Promise<Receipt | Refusal> {
    const started = performance.now();
    const before = this.engineHeight;
    const taken = this.#handOver.of(transaction, this.#waiting.count(id) === 1, signal);
    for (;;) {
      const said = await this.#broadcast(transaction);
      const receipt = this.#ended.signal.aborted ? undefined : receiptOf(this.#reader, id);
      if (receipt !== undefined) return receipt;
      const waited = performance.now() - started;
      if (said !== undefined && waited >= this.#bears(said)) return said;
      if (waited >= this.#patience) return this.#lost(before);
      if (said === undefined) taken(this.engineHeight);
      const pause = said === undefined ? Math.min(submissionLimits.again, this.#patience - waited) : POLL_MS;
      await delay(pause, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return this.#lost(before);
    }
  }

  async #broadcast(transaction: Uint8Array): Promise<Refusal | undefined> {
    try {
      await this.#engine.broadcast(transaction);
      return undefined;
    } catch (cause) {
      if (cause instanceof Refusal) return cause;
      throw cause;
    }
  }

  /** Milliseconds for which a refusal may be one of this node's and not of the ledger. */
  #bears({ code }: Refusal): number {
    if (code === "ledger/engine") return this.#patience;
    if (!MAY_COME.has(code)) return 0;
    const newest = Math.max(this.#executor.mark.time, this.#replica.status.time);
    return this.#clock() - newest > MISSED ? this.#patience : submissionLimits.lag;
  }

  #lost(before: number): Refusal {
    const height = this.engineHeight;
    if (height === before) return refuseLedger("ledger/no-quorum", `There is no block after ${height}.`);
    return refuseLedger("ledger/busy", `Blocks ${before + 1} to ${height} have no room for it.`);
  }

  #committed(judged: readonly Judged[]): void {
    this.#waiting.committed(judged);
    this.#feed.committed();
  }
}
