import { toBase64url } from "@firmament/core/bytes";
import type { Block, Receipt } from "../block.ts";
import type { Replica } from "../replica.ts";

/** What a ledger says of itself without proof. */
export interface LedgerStatus {
  readonly ledger: string;
  readonly height: number;
  readonly size: number;
  /** Height of a replicated engine, which counts blocks without transactions too. */
  readonly engineHeight?: number;
  /** RFC 6962 root of the log at that size, base64url. */
  readonly root: string;
  /** Time of the newest entry, seconds since 1970. */
  readonly time: number;
}

/** What a replica's own engine says of it. */
export function ledgerStatus({ status }: Replica): LedgerStatus {
  const { height, ledger, root, size, time } = status;
  return { height, ledger, root: toBase64url(root), size, time };
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
