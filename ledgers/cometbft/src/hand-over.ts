/** Gives a transaction to the other organisations' nodes. It never rejects, and nobody waits for it. */
export type Carry = (transaction: Uint8Array, signal: AbortSignal) => Promise<unknown>;

/**
 * Hands transactions over to the other organisations. An engine tells the others once what it took; where their state
 * lagged behind, they refused it, and no block would come for it. Where the quorum is lost, everything waits, and the
 * others could do no more than this front: only a few are on their way to them at a time.
 */
export class HandOver {
  readonly #carry: Carry | undefined;
  readonly #most: number;
  #carried = 0;

  /** @param most transactions that are on their way at a time */
  constructor(carry: Carry | undefined, most: number) {
    this.#carry = carry;
    this.#most = most;
  }

  /**
   * Begins with one submission.
   *
   * @param isFirst whether nobody else waits for the same transaction: one of those who do hands it over, once
   * @returns to be called with the engine's height each time that the own engine has the transaction
   */
  of(transaction: Uint8Array, isFirst: boolean, signal: AbortSignal): (height: number) => void {
    let isDue = isFirst;
    let offeredAt: number | undefined;
    return (height) => {
      // Since the last time, no block came.
      if (isDue && offeredAt === height) {
        isDue = false;
        void this.#give(transaction, signal);
      }
      offeredAt = height;
    };
  }

  async #give(transaction: Uint8Array, signal: AbortSignal): Promise<void> {
    if (this.#carry === undefined || this.#carried >= this.#most) return;
    this.#carried++;
    await this.#carry(transaction, signal);
    this.#carried--;
  }
}
