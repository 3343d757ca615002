import { Refusal } from "@firmament/core/errors";
import {
  type Block,
  type BlockFold,
  BlockFeed,
  type Ledger,
  type LedgerStatus,
  ledgerStatus,
  type Receipt,
  refuseLedger,
  type Replica,
} from "@firmament/replica";

interface Pending {
  readonly bytes: Uint8Array;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (cause: unknown) => void;
}

/** Limits of the sequencer, in transactions. */
export const sequencerLimits = { maxQueued: 4096, maxBlock: 512 } as const;

/**
 * The ledger in one process: puts transactions in order and commits all that wait as one block. It can stop, and
 * nothing worse: other organisations execute its blocks again and cosign only what they computed themselves.
 */
export class SqliteLedger implements Ledger {
  readonly #replica: Replica;
  readonly #clock: () => number;
  readonly #feed: BlockFeed;
  #queue: Pending[] = [];
  #scheduled = false;
  #fault: unknown;

  /**
   * @param replica the sequencer's own; nobody else may write to it
   * @param clock seconds since 1970
   */
  constructor(replica: Replica, clock: () => number = () => Math.floor(Date.now() / 1000)) {
    this.#replica = replica;
    this.#clock = clock;
    this.#feed = new BlockFeed(replica.database);
  }

  submit(transaction: Uint8Array): Promise<Receipt> {
    if (this.#fault !== undefined) return Promise.reject(refuseLedger("ledger/halted", "", { cause: this.#fault }));
    if (this.#queue.length >= sequencerLimits.maxQueued) return Promise.reject(refuseLedger("ledger/busy"));
    const { promise, reject, resolve } = Promise.withResolvers<Receipt>();
    this.#queue.push({ bytes: transaction, resolve, reject });
    this.#schedule();
    return promise;
  }

  blocks(from: number, signal?: AbortSignal): AsyncIterable<Block> {
    return this.#feed.blocks(from, signal);
  }

  status(): Promise<LedgerStatus> {
    return Promise.resolve(ledgerStatus(this.#replica));
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#fault ??= new Error("the ledger was closed");
    for (const pending of this.#queue.splice(0)) pending.reject(refuseLedger("ledger/halted", "It was closed."));
    this.#feed.end();
    return Promise.resolve();
  }

  // Everything that arrives while one block is being written waits for the next: group commit.
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#seal(this.#queue.splice(0, sequencerLimits.maxBlock));
      if (this.#queue.length > 0) this.#schedule();
    });
  }

  #seal(pending: readonly Pending[]): void {
    if (pending.length === 0) return;
    const settled: (() => void)[] = [];
    try {
      const fold = this.#replica.begin(this.#clock());
      for (const each of pending) settled.push(execute(fold, each));
      this.#replica.commit();
    } catch (cause) {
      this.#halt(cause, pending);
      return;
    }
    for (const settle of settled) settle();
    this.#feed.committed();
  }

  #halt(cause: unknown, pending: readonly Pending[]): void {
    this.#fault = cause;
    this.#feed.end();
    try {
      this.#replica.rollback();
    } catch {
      // The database's own state is unknown then; opening it again recovers the last commit.
    }
    const refusal = refuseLedger("ledger/halted", "", { cause });
    for (const each of [...pending, ...this.#queue.splice(0)]) each.reject(refusal);
  }
}

// A receipt is given out only after the block is durable: the answer waits in the returned function.
function execute(fold: BlockFold, { bytes, reject, resolve }: Pending): () => void {
  try {
    const receipt = fold.execute(bytes);
    return () => {
      resolve(receipt);
    };
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return () => {
      reject(cause);
    };
  }
}
