import type { Json } from "@firmament/core/codec";
import { refusalsOf } from "@firmament/core/errors";
import { decodeTransaction } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import type { Block, Ledger, LedgerStatus, Receipt } from "@firmament/replica";
import { ledger, now } from "../support/samples.ts";

const refuse = refusalsOf({
  "fake-ledger/away": { status: 503, error: "ERR_BC_NOT_AVAILABLE", rule: "It is away.", remedy: "Wait." },
  "fake-ledger/refused": { status: 403, error: "ERR_MANIFEST_NOT_VERIFIABLE", rule: "It refuses.", remedy: "Mend it." },
});

/** A ledger that accepts everything with `result`; `away` calls fail first, `refuses` makes it refuse. */
export class FakeLedger implements Ledger {
  readonly submitted: Uint8Array[] = [];
  time = now;
  away = 0;
  refuses = false;
  result: (id: string) => Json = (id) => ({ release: id, state: "REGISTERED" });

  async submit(transaction: Uint8Array): Promise<Receipt> {
    this.#answer();
    if (this.refuses) throw refuse("fake-ledger/refused");
    this.submitted.push(transaction);
    const { id } = decodeTransaction(nodeCrypto, transaction);
    return { height: 1, index: 1, result: this.result(id), time: this.time, transaction: id };
  }

  // No agent follows blocks.
  async *blocks(): AsyncGenerator<Block> {
    return;
  }

  async status(): Promise<LedgerStatus> {
    if (this.away === Infinity) this.#answer();
    return { height: 1, ledger, root: "", size: 1, time: this.time };
  }

  #answer(): void {
    if (this.away > 0) {
      this.away--;
      throw refuse("fake-ledger/away");
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is open.
  }
}
