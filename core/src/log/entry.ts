import { canonicalBytes, decodeCanonical, digest256, integer, object, seconds } from "../codec/index.ts";
import type { Decoded } from "../codec/index.ts";
import type { Crypto } from "../keys/index.ts";
import { leafHash } from "./hash.ts";
import { ledgerId } from "./origin.ts";

const logEntry = object({
  /** Id of the ledger, so that an entry of one ledger is none of another. */
  ledger: ledgerId,
  /** SHA-256 of the canonical sorted writes, base64url. */
  outcome: digest256,
  /** Root of the state tree after the transaction, base64url. */
  root: digest256,
  /** Version of the rules that decided. */
  rules: integer(1),
  /** Ledger time, whole seconds since 1970. */
  time: seconds,
  /** Transaction id, base64url of 32 bytes. */
  transaction: digest256,
  /** Number of the trust root that was in force. */
  trust: integer(1),
});

/** What the log says of one accepted transaction: what it was, what it did, and what held after it. */
export type LogEntry = Decoded<typeof logEntry>;

const limits = { maxBytes: 512, maxDepth: 1 };

/**
 * The entry's bytes, which the tree hashes: canonical JSON, members in order.
 *
 * @throws Refusal `codec/…` for an entry that no decoder would accept
 */
export function encodeEntry(entry: LogEntry): Uint8Array {
  return canonicalBytes(logEntry(entry, "entry"));
}

/** @throws Refusal `codec/…` for anything but the canonical bytes of an entry */
export function decodeEntry(bytes: Uint8Array): LogEntry {
  return logEntry(decodeCanonical(bytes, limits), "entry");
}

/** The entry's leaf in the tree. */
export function entryHash(crypto: Crypto, entry: LogEntry): Uint8Array {
  return leafHash(crypto, encodeEntry(entry));
}
