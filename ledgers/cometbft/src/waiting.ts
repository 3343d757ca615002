import { equal } from "@firmament/core/bytes";
import { Refusal } from "@firmament/core/errors";
import type { Receipt } from "@firmament/replica";
import type { Judged } from "./block-executor.ts";

interface Waiter {
  readonly bytes: Uint8Array;
  readonly settle: (outcome: Receipt | Refusal) => void;
}

/** Submitters that wait for their transactions to appear in a block. */
export class Waiting {
  readonly #waiting = new Map<string, Set<Waiter>>();
  #size = 0;

  /** Submitters that wait. */
  get size(): number {
    return this.#size;
  }

  /** Submitters that wait for one transaction. */
  count(id: string): number {
    return this.#waiting.get(id)?.size ?? 0;
  }

  /** Calls `settle` once a committed block has judged the transaction, unless the returned function ends the waiting. */
  add(id: string, waiter: Waiter): () => void {
    const waiting = this.#waiting.get(id) ?? new Set();
    waiting.add(waiter);
    this.#waiting.set(id, waiting);
    this.#size++;
    return () => {
      if (!waiting.delete(waiter)) return;
      this.#size--;
      if (waiting.size === 0 && this.#waiting.get(id) === waiting) this.#waiting.delete(id);
    };
  }

  /**
   * Tells what a block made of its transactions. A receipt is everybody's who waits for the id, whatever the same block
   * refused before; a refusal is theirs alone who sent these bytes, since the id does not cover the signature.
   */
  committed(judged: readonly Judged[]): void {
    if (this.#size === 0) return;
    for (const { outcome } of judged) if (!(outcome instanceof Refusal)) this.#accepted(outcome);
    for (const each of judged) if (each.outcome instanceof Refusal) this.#refused(each, each.outcome);
  }

  #accepted(receipt: Receipt): void {
    for (const { settle } of this.#waiting.get(receipt.transaction) ?? []) settle(receipt);
  }

  #refused({ bytes, id }: Judged, refusal: Refusal): void {
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    for (const waiter of waiting ?? []) if (equal(waiter.bytes, bytes)) waiter.settle(refusal);
  }
}
