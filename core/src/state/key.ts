import { bigEndian, concat, utf8 } from "../bytes/index.ts";
import { canonicalText } from "../codec/index.ts";
import { show } from "../errors/index.ts";
import { type Crypto, joinedSha256 } from "../keys/index.ts";
import { refuse } from "./errors.ts";

/** Name of a record: its table, then the texts that identify it there (PROTOCOL T-1). */
export type StateKey = readonly [table: string, ...parts: string[]];

/** A key as one text, for maps and databases: no two keys share one. */
export function keyText(key: StateKey): string {
  return canonicalText(key);
}

/** The one primitive that the state tree needs. */
export type Sha256 = Pick<Crypto, "sha256">;

/** Where a key's leaf stands, and the digest of the whole key that the leaf binds; 32 bytes each. */
export interface Position {
  readonly path: Uint8Array;
  readonly keyHash: Uint8Array;
}

/** Bounds of a state key; sizes in bytes of UTF-8. */
export const keyLimits = { maxTableBytes: 32, maxParts: 8, maxPartBytes: 512 } as const;

const KEY = Uint8Array.of(0x02);
const CLASS = Uint8Array.of(0x03);
const CLASS_PREFIX_BYTES = 8;

// Tables whose records stand beside the other records of their class, with the names of their parts.
const CLASS_TABLES: ReadonlyMap<string, readonly string[]> = new Map([
  ["head", ["class"]],
  ["policy", ["class"]],
  ["entitlement", ["author", "class"]],
]);

function encodeTable(table: string): readonly Uint8Array[] {
  const bytes = utf8(table);
  if (bytes.length < 1 || bytes.length > keyLimits.maxTableBytes)
    throw refuse("state/key-table", `Got ${show(table)}.`);
  return [bigEndian(bytes.length, 1), bytes];
}

function encodePart(part: string): readonly Uint8Array[] {
  const bytes = utf8(part);
  if (bytes.length > keyLimits.maxPartBytes) {
    throw refuse("state/key-part", `Got ${bytes.length} bytes: ${show(part)}.`);
  }
  return [bigEndian(bytes.length, 2), bytes];
}

/**
 * Unambiguous bytes of a key: length and text of the table (1 byte of length), then of each part (2 bytes).
 *
 * @throws Refusal `state/key-table`, `state/key-parts`, `state/key-part`, `bytes/utf8`
 */
export function encodeKey(key: StateKey): Uint8Array<ArrayBuffer> {
  const [table, ...parts] = key;
  if (parts.length > keyLimits.maxParts)
    throw refuse("state/key-parts", `Got ${parts.length} parts in ${show(table)}.`);
  return concat(...encodeTable(table), ...parts.flatMap(encodePart));
}

/**
 * SHA-256(0x02 ‖ encoded key), 32 bytes.
 *
 * @throws Refusal as {@link encodeKey}
 */
export function keyHash(crypto: Sha256, key: StateKey): Uint8Array {
  return joinedSha256(crypto, KEY, encodeKey(key));
}

// The class is the last part of every table that has one.
function classOf(key: StateKey): string | undefined {
  const [table, ...parts] = key;
  const names = CLASS_TABLES.get(table);
  if (names === undefined) return undefined;
  if (parts.length !== names.length) {
    throw refuse("state/key-parts", `A key of ${table} is [${names.join(", ")}], got ${parts.length} parts.`);
  }
  return parts.at(-1);
}

/**
 * Path and key hash of a key. Records of one class share their first 64 bits, so that one short proof covers them.
 *
 * @throws Refusal as {@link encodeKey}
 */
export function positionOf(crypto: Sha256, key: StateKey): Position {
  const hash = keyHash(crypto, key);
  const name = classOf(key);
  if (name === undefined) return { path: hash, keyHash: hash };
  const prefix = joinedSha256(crypto, CLASS, utf8(name)).subarray(0, CLASS_PREFIX_BYTES);
  return { path: concat(prefix, hash.subarray(0, 32 - CLASS_PREFIX_BYTES)), keyHash: hash };
}

/**
 * The 32 bytes whose bits lead from the root to a key's leaf.
 *
 * @throws Refusal as {@link encodeKey}
 */
export function pathOf(crypto: Sha256, key: StateKey): Uint8Array {
  return positionOf(crypto, key).path;
}
