import { Refusal } from "@firmament/core/errors";
import type { Receipt, Replica } from "@firmament/replica";
import { MAX_SKEW } from "./limits.ts";

/** What the own replica says of a transaction; nothing of it is kept. */
export class OwnRules {
  readonly #replica: Replica;
  readonly #clock: () => number;

  /** @param clock seconds since 1970 */
  constructor(replica: Replica, clock: () => number) {
    this.#replica = replica;
    this.#clock = clock;
  }

  /** The receipt of a transaction that the replica holds. */
  known(id: string): Receipt | undefined {
    return this.#dry(this.#clock(), (fold) => fold.known(id));
  }

  /** @throws Refusal of the rules, at the present */
  execute(transaction: Uint8Array): void {
    this.#dry(this.#clock(), (fold) => fold.execute(transaction));
  }

  /** Whether they accept it at either end of a minute: clocks may differ by so much, and what depends on that is no wrong. */
  accept(transaction: Uint8Array): boolean {
    try {
      const now = this.#clock();
      for (const time of [now - MAX_SKEW, now + MAX_SKEW]) this.#dry(time, (fold) => fold.execute(transaction));
      return true;
    } catch (cause) {
      if (cause instanceof Refusal) return false;
      throw cause;
    }
  }

  #dry<T>(time: number, work: (fold: ReturnType<Replica["begin"]>) => T): T {
    const fold = this.#replica.begin(time);
    try {
      return work(fold);
    } finally {
      this.#replica.rollback();
    }
  }
}
