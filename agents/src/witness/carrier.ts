import { setTimeout as delay } from "node:timers/promises";
import { Refusal } from "@firmament/core/errors";
import { decodeTransaction } from "@firmament/core/registry";
import type { Ledger, Receipt, Replica } from "@firmament/replica";
import type { Alarms } from "./alarms.ts";
import { refuse } from "./errors.ts";

/** Limits of a node as a carrier. */
export const carrierLimits = { maxCarried: 64, patienceSeconds: 30, maxSkew: 60 } as const;

const POLL_MS = 25;
const RETRY_MS = 250;

/**
 * Carries anybody's transaction to the ledger and sees to it that it gets in. The node executes it first by its own
 * rules: what they accept, the ledger must put into a block; one that does not is named (PROTOCOL W-5).
 */
export class Carrier {
  readonly #replica: Replica;
  readonly #ledger: Ledger;
  readonly #alarms: Alarms;
  readonly #clock: () => number;
  readonly #patience: number;
  #carried = 0;

  constructor(parts: {
    readonly replica: Replica;
    readonly ledger: Ledger;
    readonly alarms: Alarms;
    readonly clock: () => number;
    /** Seconds from taking a transaction to naming the ledger. */
    readonly patience?: number;
  }) {
    this.#replica = parts.replica;
    this.#ledger = parts.ledger;
    this.#alarms = parts.alarms;
    this.#clock = parts.clock;
    this.#patience = parts.patience ?? carrierLimits.patienceSeconds;
  }

  /**
   * Resolves once the own replica holds the transaction.
   *
   * @param transaction canonical bytes
   * @throws Refusal of the own rules, `witness/busy`, `witness/censored`, `ledger/…` where the ledger makes no blocks
   */
  async carry(transaction: Uint8Array, signal: AbortSignal): Promise<Receipt> {
    const { id } = decodeTransaction(this.#replica.crypto, transaction);
    this.#execute(transaction, this.#clock());
    if (this.#carried >= carrierLimits.maxCarried) throw refuse("witness/busy", `It carries ${this.#carried}.`);
    this.#carried++;
    try {
      return await this.#persist(id, transaction, signal);
    } finally {
      this.#carried--;
    }
  }

  async #persist(id: string, transaction: Uint8Array, signal: AbortSignal): Promise<Receipt> {
    const end = AbortSignal.any([signal, AbortSignal.timeout(this.#patience * 1000)]);
    const { height } = this.#replica.status;
    let last: Refusal | undefined;
    while (!end.aborted) {
      last = await this.#submit(transaction, end);
      if (last === undefined || !last.code.startsWith("ledger/")) break;
      await pause(RETRY_MS, end);
    }
    const found = await this.#appears(id, transaction, last, end);
    if (found !== undefined) return found;
    signal.throwIfAborted();
    // A ledger that makes no blocks at all censors nobody: it stands still.
    if (last?.code.startsWith("ledger/") === true && this.#replica.status.height === height) throw last;
    throw this.#censored(id, last);
  }

  async #submit(transaction: Uint8Array, signal: AbortSignal): Promise<Refusal | undefined> {
    try {
      await this.#ledger.submit(transaction, signal);
      return undefined;
    } catch (cause) {
      if (cause instanceof Refusal) return cause;
      throw cause;
    }
  }

  // The ledger may refuse because of what this replica has not seen yet; then the own rules come to refuse as well.
  async #appears(
    id: string,
    transaction: Uint8Array,
    answer: Refusal | undefined,
    end: AbortSignal,
  ): Promise<Receipt | undefined> {
    const target = answer === undefined ? Infinity : await this.#ledgerSize(end);
    for (;;) {
      const found = this.#known(id);
      if (found !== undefined) return found;
      if (answer !== undefined && !this.#isWronged(transaction)) throw answer;
      if (end.aborted || this.#replica.status.size >= target) return undefined;
      await pause(POLL_MS, end);
    }
  }

  async #ledgerSize(signal: AbortSignal): Promise<number> {
    try {
      return (await this.#ledger.status(signal)).size;
    } catch (cause) {
      if (cause instanceof Refusal) return 0;
      throw cause;
    }
  }

  #censored(id: string, answer: Refusal | undefined): Refusal {
    const said = answer === undefined ? "acknowledged it and shows no block with it" : `answers ${answer.code}`;
    const refusal = refuse("witness/censored", `The ledger ${said}: transaction ${id}.`);
    this.#alarms.raise(id, refusal);
    return refusal;
  }

  // Clocks may differ by a minute: what is refused at either end of it is no wrong.
  #isWronged(transaction: Uint8Array): boolean {
    try {
      const now = this.#clock();
      for (const time of [now - carrierLimits.maxSkew, now + carrierLimits.maxSkew]) this.#execute(transaction, time);
      return true;
    } catch (cause) {
      if (cause instanceof Refusal) return false;
      throw cause;
    }
  }

  #known(id: string): Receipt | undefined {
    return this.#dry(this.#clock(), (fold) => fold.known(id));
  }

  #execute(transaction: Uint8Array, time: number): Receipt {
    return this.#dry(time, (fold) => fold.execute(transaction));
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

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return delay(ms, undefined, { signal }).catch(() => undefined);
}
