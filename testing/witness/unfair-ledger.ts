import type { Block, Ledger, LedgerStatus, Receipt } from "@firmament/replica";

type Answer = (transaction: Uint8Array) => Promise<Receipt>;

/** A sequencer that treats transactions as a test says; it shows no blocks. */
export class UnfairLedger implements Ledger {
  readonly #answer: Answer;
  readonly size: number;
  constructor(size: number, answer: Answer) {
    this.size = size;
    this.#answer = answer;
  }
  submit(transaction: Uint8Array): Promise<Receipt> {
    return this.#answer(transaction);
  }
  async *blocks(): AsyncIterable<Block> {
    yield* [];
  }
  status(): Promise<LedgerStatus> {
    return Promise.resolve({ height: 0, ledger: "", root: "", size: this.size, time: 0 });
  }
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
