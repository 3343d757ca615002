import type { Transaction } from "@firmament/core/registry";
import { RecentMap } from "@firmament/replica";

/** Bytes of transactions that stay in memory, twice. */
const HELD_BYTES = 8 * 1024 * 1024;
const NAME_BYTES = 64;

/** A transaction beside its bytes, which nobody may write to. */
export interface Admitted {
  readonly bytes: Uint8Array;
  readonly transaction: Transaction;
}

// The end of a transaction is its signature: enough to find it, not to know it.
function nameOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(
    "latin1",
    Math.max(0, bytes.length - NAME_BYTES),
  );
}

/**
 * Transactions that the pool took, decoded: a proposal and a block show the same bytes again. They are the same only where
 * every byte is. A block ends their use, and the oldest are forgotten first.
 */
export class AdmittedTransactions {
  readonly #held = new RecentMap<Admitted>(HELD_BYTES, (_name, { bytes }) => bytes.length);

  find(bytes: Uint8Array): Admitted | undefined {
    const found = this.#held.get(nameOf(bytes));
    return found !== undefined && Buffer.compare(found.bytes, bytes) === 0 ? found : undefined;
  }

  remember(bytes: Uint8Array, transaction: Transaction): void {
    const name = nameOf(bytes);
    if (this.#held.get(name) !== undefined) return;
    // The engine's buffer is its own again once it was answered.
    this.#held.set(name, { bytes: new Uint8Array(bytes), transaction });
  }

  /** A block has judged it: the engine shows it no more. Others with the same end stay: anybody can copy a signature. */
  forget(bytes: Uint8Array): void {
    if (this.find(bytes) !== undefined) this.#held.delete(nameOf(bytes));
  }
}
