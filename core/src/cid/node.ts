import { equal } from "../bytes/index.ts";
import type { Crypto } from "../keys/index.ts";
import { type Cid, formatCid, parseCid } from "./cid.ts";
import { encodeNode, skimNode } from "./dag-pb.ts";
import { refuse } from "./errors.ts";
import { type Level, levelBelow, rootLevel, sizesBelow, spanOf } from "./layout.ts";
import { assertContentSize, contentLimits } from "./limits.ts";

/** A piece (level 0) or an inner node, with the number of content bytes that it holds. */
export interface ContentPart {
  readonly level: Level;
  readonly digest: Uint8Array;
  readonly size: number;
}

/** The only hash that addressing needs. */
export type Sha256 = Pick<Crypto, "sha256">;

/** The part's own CID. */
export function cidOf(part: ContentPart): Cid {
  return formatCid({ codec: part.level === 0 ? "raw" : "dag-pb", digest: part.digest });
}

/**
 * The part that a CID names as a whole.
 *
 * @param size bytes of the content, from a source that is trusted as much as the CID: a signed manifest, a receipt
 * @throws Refusal `cid/…` of `parseCid`; `cid/size`, `cid/too-large` where size and CID do not fit
 */
export function rootPart(cid: string, size: number): ContentPart {
  assertContentSize(size);
  const { codec, digest } = parseCid(cid);
  const level = rootLevel(size);
  if ((codec === "raw") !== (level === 0)) throw refuse("cid/size", `${cid} cannot have ${size} bytes.`);
  return { level, digest, size };
}

/** @throws Refusal `cid/mismatch` where the bytes are not the part's block */
export function assertBlock(crypto: Sha256, part: ContentPart, bytes: Uint8Array): void {
  if (!equal(crypto.sha256(bytes), part.digest)) {
    throw refuse("cid/mismatch", `The block of ${cidOf(part)} is altered.`);
  }
}

function partsBelow(bytes: Uint8Array, size: number, level: 1 | 2): readonly ContentPart[] {
  const { digests } = skimNode(bytes);
  const sizes = sizesBelow(size, level);
  if (digests.length !== sizes.length || !equal(encodeNode(size, level, digests), bytes)) {
    throw refuse("cid/node", `The bytes are no node over ${size} bytes.`);
  }
  return digests.map((digest, i) => ({ level: levelBelow(level), digest, size: sizes[i] ?? 0 }));
}

function assertNodeBytes(bytes: Uint8Array): void {
  if (bytes.length > contentLimits.maxNodeBytes) throw refuse("cid/node", `Got ${bytes.length} bytes.`);
}

/**
 * Checks the block of an inner node against its part and yields the parts below, in order: the piece list
 * where the node is of level 1.
 *
 * @throws Refusal `cid/mismatch` for other bytes, `cid/node` for a block that the encoder would not write
 */
export function openNode(crypto: Sha256, part: ContentPart, bytes: Uint8Array): readonly ContentPart[] {
  assertNodeBytes(bytes);
  assertBlock(crypto, part, bytes);
  if (part.level === 0) throw refuse("cid/node", "A piece has no parts.");
  return partsBelow(bytes, part.size, part.level);
}

/**
 * Decodes a root block whose size is not known otherwise. The block is not compared with a CID here: the
 * caller knows where it came from.
 *
 * @returns size of the content in bytes and the parts below the root, in order
 * @throws Refusal `cid/node` for a block that the encoder would not write as a root, `cid/too-large`
 */
export function decodeRoot(bytes: Uint8Array): { readonly size: number; readonly parts: readonly ContentPart[] } {
  assertNodeBytes(bytes);
  const { size } = skimNode(bytes);
  if (size <= spanOf(0)) throw refuse("cid/node", `Content of ${size} bytes has no root block of its own.`);
  if (size > contentLimits.maxContentBytes) throw refuse("cid/too-large", `Got ${size} bytes.`);
  return { size, parts: partsBelow(bytes, size, rootLevel(size) === 2 ? 2 : 1) };
}
