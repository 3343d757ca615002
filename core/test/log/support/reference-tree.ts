import { createHash } from "node:crypto";

// The definitions of RFC 6962 section 2.1, word for word and as slow as they are.

const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

function split(n: number): number {
  let k = 1;
  while (2 * k < n) k *= 2;
  return k;
}

/** MTH(D[n]). */
export function treeHash(entries: readonly Uint8Array[]): Uint8Array {
  const [first] = entries;
  if (first === undefined) return sha256();
  if (entries.length === 1) return sha256(Uint8Array.of(0), first);
  const k = split(entries.length);
  return sha256(Uint8Array.of(1), treeHash(entries.slice(0, k)), treeHash(entries.slice(k)));
}

/** PATH(m, D[n]). */
export function auditPath(m: number, entries: readonly Uint8Array[]): Uint8Array[] {
  if (entries.length <= 1) return [];
  const k = split(entries.length);
  const [left, right] = [entries.slice(0, k), entries.slice(k)];
  return m < k ? [...auditPath(m, left), treeHash(right)] : [...auditPath(m - k, right), treeHash(left)];
}

function subProof(m: number, entries: readonly Uint8Array[], isKnown: boolean): Uint8Array[] {
  if (m === entries.length) return isKnown ? [] : [treeHash(entries)];
  const k = split(entries.length);
  const [left, right] = [entries.slice(0, k), entries.slice(k)];
  return m <= k ? [...subProof(m, left, isKnown), treeHash(right)] : [...subProof(m - k, right, false), treeHash(left)];
}

/** PROOF(m, D[n]), 0 < m <= n. */
export function consistencyPath(m: number, entries: readonly Uint8Array[]): Uint8Array[] {
  return subProof(m, entries, true);
}
