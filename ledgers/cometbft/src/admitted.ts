import { hash } from "node:crypto";
import type { Transaction } from "@firmament/core/registry";

/** Bytes of transactions that are held at most. */
const MAX_BYTES = 16 * 1024 * 1024;

interface Held {
  readonly transaction: Transaction;
  readonly length: number;
}

const nameOf = (bytes: Uint8Array): string => hash("sha256", bytes, "base64");

/**
 * Transactions that the pool took, decoded: a proposal and a block show the same bytes again. Found by the digest of all
 * their bytes, the oldest forgotten first.
 */
export class AdmittedTransactions {
  readonly #held = new Map<string, Held>();
  #bytes = 0;

  find(bytes: Uint8Array): Transaction | undefined {
    return this.#held.get(nameOf(bytes))?.transaction;
  }

  remember(bytes: Uint8Array, transaction: Transaction): void {
    const name = nameOf(bytes);
    if (this.#held.has(name)) return;
    this.#held.set(name, { length: bytes.length, transaction });
    this.#bytes += bytes.length;
    for (const [oldest, { length }] of this.#held) {
      if (this.#bytes <= MAX_BYTES) break;
      this.#held.delete(oldest);
      this.#bytes -= length;
    }
  }
}
