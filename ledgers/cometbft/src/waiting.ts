import { Refusal } from "@firmament/core/errors";
import { decodeTransaction } from "@firmament/core/registry";
import type { Crypto } from "@firmament/core/keys";
import type { Receipt } from "@firmament/replica";
import type { Judged } from "./block-executor.ts";

type Settle = (outcome: Receipt | Refusal) => void;

/** Submitters that wait for their transactions to appear in a block. */
export class Waiting {
  readonly #crypto: Crypto;
  readonly #waiting = new Map<string, Set<Settle>>();

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
  }

  /** Transactions that somebody waits for. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Calls `settle` once a committed block has judged the transaction, unless the returned function ends the waiting. */
  add(id: string, settle: Settle): () => void {
    const waiting = this.#waiting.get(id) ?? new Set();
    waiting.add(settle);
    this.#waiting.set(id, waiting);
    return () => {
      waiting.delete(settle);
      if (waiting.size === 0 && this.#waiting.get(id) === waiting) this.#waiting.delete(id);
    };
  }

  committed(judged: readonly Judged[]): void {
    if (this.#waiting.size === 0) return;
    for (const { bytes, outcome } of judged) {
      const id = outcome instanceof Refusal ? this.#idOf(bytes) : outcome.transaction;
      const waiting = id === undefined ? undefined : this.#waiting.get(id);
      for (const settle of waiting ?? []) settle(outcome);
    }
  }

  #idOf(bytes: Uint8Array): string | undefined {
    try {
      return decodeTransaction(this.#crypto, bytes).id;
    } catch (cause) {
      if (cause instanceof Refusal) return undefined;
      throw cause;
    }
  }
}
