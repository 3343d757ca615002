import { createHash } from "node:crypto";

// The definition of docs/PROTOCOL.md, section T, written down once more: slow, recursive, and with none of the code
// that is under test.

/** A key with its value. */
export type Entry = readonly [key: readonly string[], value: Uint8Array];

interface Standing {
  readonly bits: string;
  readonly path: Buffer;
  readonly keyHash: Buffer;
  readonly value: Uint8Array;
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  return createHash("sha256").update(Buffer.concat(parts)).digest();
}

function lengthPrefixed(text: string, width: number): Buffer {
  const bytes = Buffer.from(text, "utf8");
  const length = Buffer.alloc(width);
  length.writeUIntBE(bytes.length, 0, width);
  return Buffer.concat([length, bytes]);
}

export function referenceKeyHash([table = "", ...parts]: readonly string[]): Buffer {
  return sha256(Buffer.of(2), lengthPrefixed(table, 1), ...parts.map((part) => lengthPrefixed(part, 2)));
}

export function referencePath(key: readonly string[]): Buffer {
  const hash = referenceKeyHash(key);
  const [table = "", first = "", second = ""] = key;
  if (!["head", "policy", "entitlement"].includes(table)) return hash;
  const name = table === "entitlement" ? second : first;
  return Buffer.concat([sha256(Buffer.of(3), Buffer.from(name)).subarray(0, 8), hash.subarray(0, 24)]);
}

function toBits(path: Buffer): string {
  return [...path].map((byte) => byte.toString(2).padStart(8, "0")).join("");
}

function commonPrefix(texts: readonly string[]): number {
  const [first = ""] = texts;
  let length = 0;
  while (texts.every((text) => text[length] === first[length])) length++;
  return length;
}

function hashOf(leaves: readonly Standing[]): Buffer {
  const [first] = leaves;
  if (first === undefined) return sha256(Buffer.of(6));
  if (leaves.length === 1) return sha256(Buffer.of(4), first.path, first.keyHash, sha256(first.value));
  const depth = commonPrefix(leaves.map((leaf) => leaf.bits));
  const left = leaves.filter((leaf) => leaf.bits[depth] === "0");
  const right = leaves.filter((leaf) => leaf.bits[depth] === "1");
  return sha256(Buffer.of(5, depth), hashOf(left), hashOf(right));
}

/** State root of a set of entries with different keys. */
export function referenceRoot(entries: Iterable<Entry>): Buffer {
  const leaves = [...entries].map(([key, value]) => {
    const path = referencePath(key);
    return { bits: toBits(path), path, keyHash: referenceKeyHash(key), value };
  });
  return hashOf(leaves);
}
