import type { Json } from "@firmament/core/codec";

/** Accepted transactions in their order, under one time; blocks without one do not exist (PROTOCOL X-6). */
export interface Block {
  readonly height: number;
  /** Seconds since 1970. */
  readonly time: number;
  /** Canonical bytes of each transaction. */
  readonly transactions: readonly Uint8Array[];
}

/** What the submitter of an accepted transaction gets; the same transaction again gets the same receipt. */
export interface Receipt {
  /** Transaction id, base64url. */
  readonly transaction: string;
  /** Number of its log entry. */
  readonly index: number;
  readonly height: number;
  /** Ledger time, seconds since 1970. */
  readonly time: number;
  readonly result: Json;
}
