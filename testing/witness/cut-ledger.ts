import { refusalsOf } from "@firmament/core/errors";
import { ledgerErrors } from "@firmament/replica";
import type { Block, LedgerStatus } from "@firmament/replica";
import { FakeLedger } from "./fake-ledger.ts";

const refuse = refusalsOf(ledgerErrors);

/** A ledger that goes away and comes back as a test says, and makes blocks while nobody looks. */
export class CutLedger extends FakeLedger {
  readonly #id: string;
  readonly #made: Block[];
  #cut: PromiseWithResolvers<undefined> = Promise.withResolvers();
  away = false;

  constructor(id: string, blocks: readonly Block[]) {
    super(id, blocks);
    this.#id = id;
    this.#made = [...blocks];
  }

  /** Ends every connection. */
  cut(): void {
    this.#cut.resolve(undefined);
    this.#cut = Promise.withResolvers();
  }

  make(block: Block): void {
    this.#made.push(block);
  }

  override async *blocks(from: number, signal: AbortSignal): AsyncIterable<Block> {
    const { promise } = this.#cut;
    for (const block of this.#made) if (block.height >= from) yield block;
    await Promise.race([promise, new Promise((resolve) => signal.addEventListener("abort", resolve))]);
  }

  override status(): Promise<LedgerStatus> {
    if (this.away) return Promise.reject(refuse("ledger/unavailable"));
    const last = this.#made.at(-1);
    return Promise.resolve({ height: last?.height ?? 0, ledger: this.#id, root: "", size: 0, time: last?.time ?? 0 });
  }
}
