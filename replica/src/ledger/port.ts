import type { Block, Receipt } from "../block.ts";

/** What a ledger says of itself without proof. */
export interface LedgerStatus {
  readonly ledger: string;
  readonly height: number;
  readonly size: number;
  /** Time of the newest entry, seconds since 1970. */
  readonly time: number;
}

/**
 * What agents and nodes ask of a ledger's engine. Nothing that it answers is trusted: replicas execute every block
 * again. A transaction may be submitted again at any time, by anyone: the same one gives the same receipt.
 */
export interface Ledger extends AsyncDisposable {
  /**
   * Resolves when the transaction is final and durable. Does not retry.
   *
   * @param transaction canonical bytes
   * @throws Refusal of the state machine, or of the adapter where the engine cannot be reached
   */
  submit(transaction: Uint8Array, signal?: AbortSignal): Promise<Receipt>;
  /**
   * Blocks from a height on, in order, and then every new one until the signal ends it. Resumable: the caller asks
   * again from the height after the last block that it applied.
   */
  blocks(from: number, signal?: AbortSignal): AsyncIterable<Block>;
  status(signal?: AbortSignal): Promise<LedgerStatus>;
}
