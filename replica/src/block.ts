import {
  canonicalText,
  type Decoded,
  type Decoder,
  digest256,
  integer,
  type Json,
  object,
  seconds,
} from "@firmament/core/codec";

/** Accepted transactions in their order, under one time; blocks without one do not exist (PROTOCOL X-6). */
export interface Block {
  readonly height: number;
  /** Seconds since 1970. */
  readonly time: number;
  /** Canonical bytes of each transaction. */
  readonly transactions: readonly Uint8Array[];
}

// A receipt may come from any ledger: its result is bounded in depth, and no number or text in it is beyond JSON's.
const anyJson: Decoder<Json> = (value) => {
  canonicalText(value);
  return value as Json;
};

/**
 * What the submitter of an accepted transaction gets; the same transaction again gets the same receipt. `transaction`
 * is its id, `index` the number of its log entry, `time` ledger time in seconds since 1970.
 */
export const receipt = object({
  height: integer(0),
  index: integer(0),
  result: anyJson,
  time: seconds,
  transaction: digest256,
});
export type Receipt = Decoded<typeof receipt>;
