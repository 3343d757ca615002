import type { Block, Ledger, LedgerStatus, Receipt } from "@firmament/replica";

/** A ledger that shows whatever blocks a test gives it, true or false, and takes no transaction. */
export class FakeLedger implements Ledger {
  readonly #blocks: readonly Block[];
  readonly #ledger: string;
  readonly submitted: Uint8Array[] = [];

  constructor(ledger: string, blocks: readonly Block[]) {
    this.#ledger = ledger;
    this.#blocks = blocks;
  }

  submit(transaction: Uint8Array): Promise<Receipt> {
    this.submitted.push(transaction);
    return Promise.reject(new Error("a fake ledger takes no transaction"));
  }

  async *blocks(from: number, signal?: AbortSignal): AsyncIterable<Block> {
    for (const block of this.#blocks) if (block.height >= from) yield block;
    if (signal?.aborted === true) return;
    await new Promise((resolve) => signal?.addEventListener("abort", resolve));
  }

  status(): Promise<LedgerStatus> {
    const last = this.#blocks.at(-1);
    return Promise.resolve({
      ledger: this.#ledger,
      height: last?.height ?? 0,
      root: "",
      size: 0,
      time: last?.time ?? 0,
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
