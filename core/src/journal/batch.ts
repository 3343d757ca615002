import type { Crypto } from "../keys/index.ts";
import { append, emptyFrontier, frontierRoot, leafHash } from "../log/index.ts";
import { entryHash, type SignedEntry } from "./entry.ts";

/**
 * Merkle root of a batch of entries (RFC 6962 section 2.1), each leaf an entry's hash: the root alone tells
 * nothing about the entries.
 */
export function batchRoot(crypto: Crypto, entries: readonly SignedEntry[]): Uint8Array {
  let frontier = emptyFrontier;
  for (const { entry } of entries) {
    frontier = append(crypto, frontier, leafHash(crypto, entryHash(crypto, entry))).frontier;
  }
  return frontierRoot(crypto, frontier);
}
