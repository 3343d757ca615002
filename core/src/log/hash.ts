import { type Crypto, joinedSha256 } from "../keys/index.ts";

/** Length of every hash of the log, in bytes. */
export const hashBytes = 32;

// Different first bytes keep an inner node from being passed off as a leaf (RFC 6962 section 2.1).
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** Hash of one entry: SHA-256(00 || entry). */
export function leafHash(crypto: Crypto, entry: Uint8Array): Uint8Array {
  return joinedSha256(crypto, LEAF, entry);
}

/** Hash of an inner node: SHA-256(01 || left || right). */
export function nodeHash(crypto: Crypto, left: Uint8Array, right: Uint8Array): Uint8Array {
  return joinedSha256(crypto, NODE, left, right);
}

/** Root of the tree without entries: SHA-256 of nothing. */
export function emptyRoot(crypto: Crypto): Uint8Array {
  return crypto.sha256(new Uint8Array(0));
}

/** Root over complete subtrees that stand side by side, largest first: the RFC 6962 split from right to left. */
export function foldSubtrees(crypto: Crypto, hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 0) return emptyRoot(crypto);
  return hashes.reduceRight((right, left) => nodeHash(crypto, left, right));
}
