import { setTimeout as delay } from "node:timers/promises";
import { Refusal, show } from "@firmament/core/errors";
import { decodeTransaction } from "@firmament/core/registry";
import type { Ledger, Receipt, Replica } from "@firmament/replica";
import type { Alarms } from "./alarms.ts";
import { refuse } from "./errors.ts";
import { OwnRules } from "./own-rules.ts";

/** Limits of a node as a carrier. */
export const carrierLimits = { maxCarried: 64, patienceSeconds: 30 } as const;

const POLL_MS = 25;
const RETRY_MS = 250;
const SHOW_MS = 2000;

/** What the ledger answered last, and how long the own log must be before that can be judged. */
interface Answer {
  readonly due: number | undefined;
  /** Absent where it acknowledged. */
  readonly refusal?: Refusal;
}

const isStandstill = ({ code }: Refusal): boolean => code.startsWith("ledger/");

/**
 * Carries anybody's transaction to the ledger and sees to it that it gets in. The node executes it first by its own
 * rules: what they accept, the ledger must put into a block; one that does not is named (PROTOCOL W-5).
 */
export class Carrier {
  readonly #replica: Replica;
  readonly #ledger: Ledger;
  readonly #alarms: Alarms;
  readonly #rules: OwnRules;
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
    this.#rules = new OwnRules(parts.replica, parts.clock);
    this.#patience = parts.patience ?? carrierLimits.patienceSeconds;
  }

  /**
   * Resolves once the own replica holds the transaction.
   *
   * @param transaction canonical bytes
   * @throws Refusal of the own rules or the ledger's, `witness/busy`, `witness/censored`, `witness/behind` where it was
   *   acknowledged and the own replica is not there yet, `ledger/…` where the ledger makes no blocks
   */
  async carry(transaction: Uint8Array, signal: AbortSignal): Promise<Receipt> {
    const { id } = decodeTransaction(this.#replica.crypto, transaction);
    const known = this.#rules.known(id);
    if (known !== undefined) return known;
    if (this.#carried >= carrierLimits.maxCarried) throw refuse("witness/busy", `It carries ${this.#carried}.`);
    this.#rules.execute(transaction);
    this.#carried++;
    try {
      return await this.#persist(id, transaction, signal);
    } finally {
      this.#carried--;
    }
  }

  async #persist(id: string, transaction: Uint8Array, signal: AbortSignal): Promise<Receipt> {
    const end = AbortSignal.any([signal, AbortSignal.timeout(this.#patience * 1000)]);
    for (;;) {
      const { size } = this.#replica.status;
      const answer = await this.#offer(transaction, end);
      const found = await this.#appears(id, transaction, answer, end);
      if (found !== undefined) return found;
      signal.throwIfAborted();
      // It refused at a state that was new to this replica; what the rules say after that, it is asked again.
      if (!end.aborted && answer.refusal !== undefined && answer.due !== undefined && answer.due > size) continue;
      await this.#assertJudgeable(answer, signal);
      throw this.#censored(id, answer.refusal);
    }
  }

  async #offer(transaction: Uint8Array, end: AbortSignal): Promise<Answer> {
    let before: number | undefined;
    for (;;) {
      const said = await this.#submit(transaction, end);
      if (!(said instanceof Refusal)) return { due: said.index + 1 };
      if (!isStandstill(said)) return { due: await this.#dueAfter(said, transaction, end), refusal: said };
      before ??= await this.#claimed(end);
      await pause(RETRY_MS, end);
      if (end.aborted) return { due: before === undefined ? undefined : before + 1, refusal: said };
    }
  }

  async #submit(transaction: Uint8Array, signal: AbortSignal): Promise<Receipt | Refusal> {
    try {
      return await this.#ledger.submit(transaction, signal);
    } catch (cause) {
      if (cause instanceof Refusal) return cause;
      throw cause;
    }
  }

  // The ledger may refuse because of what this replica has not seen yet: what it claims then must be seen first.
  async #dueAfter(refusal: Refusal, transaction: Uint8Array, signal: AbortSignal): Promise<number> {
    if (!this.#rules.accept(transaction)) throw refusal;
    const due = await this.#claimed(signal);
    if (due === undefined) throw refusal;
    return due;
  }

  /** Entries that the ledger says it has; `undefined` where it does not answer. */
  async #claimed(signal: AbortSignal): Promise<number | undefined> {
    try {
      return (await this.#ledger.status(signal)).size;
    } catch (cause) {
      if (cause instanceof Refusal) return undefined;
      throw cause;
    }
  }

  // Nothing but a block changes what the own rules say, so nothing is executed again before one came.
  async #appears(
    id: string,
    transaction: Uint8Array,
    { due = Infinity, refusal }: Answer,
    end: AbortSignal,
  ): Promise<Receipt | undefined> {
    for (let seen = -1; ; await pause(POLL_MS, end)) {
      const { size } = this.#replica.status;
      if (size !== seen) {
        const found = this.#rules.known(id);
        if (found !== undefined) return found;
        if (refusal !== undefined && !this.#rules.accept(transaction)) throw refusal;
        seen = size;
      }
      if (end.aborted || size >= due) return undefined;
    }
  }

  /** @throws Refusal where the ledger stands still, or shows blocks that the own replica has still before it */
  async #assertJudgeable({ due, refusal }: Answer, signal: AbortSignal): Promise<void> {
    const { size } = this.#replica.status;
    if (due !== undefined && size >= due) return;
    // A ledger that makes no blocks at all censors nobody.
    if (refusal !== undefined && isStandstill(refusal) && (due === undefined || size === due - 1)) throw refusal;
    if (!(await this.#showsMore(signal))) return;
    throw refusal ?? refuse("witness/behind", `It has ${size} entries.`);
  }

  /** Whether there is a next block for the own replica; one who claims entries must show them. */
  async #showsMore(signal: AbortSignal): Promise<boolean> {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(SHOW_MS)]);
    try {
      for await (const _block of this.#ledger.blocks(this.#replica.status.height + 1, bounded)) return true;
      return false;
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      return !bounded.aborted;
    }
  }

  #censored(id: string, answer: Refusal | undefined): Refusal {
    const said = answer === undefined ? "acknowledged it and shows no block with it" : `answers ${show(answer.code)}`;
    const refusal = refuse("witness/censored", `The ledger ${said}: transaction ${id}.`);
    this.#alarms.raise(id, refusal);
    return refusal;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return delay(ms, undefined, { signal }).catch(() => undefined);
}
