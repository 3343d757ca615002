import { concat } from "../bytes/index.ts";
import { cidBytes } from "./cid.ts";
import { levelBelow, sizesBelow } from "./layout.ts";
import { readVarint, varint } from "./varint.ts";

// Tags of the protobuf fields: https://ipld.io/specs/codecs/dag-pb/spec and https://specs.ipfs.tech/unixfs/
const LINK = 0x12;
const LINK_CID = 0x0a;
const LINK_NAME = 0x12;
const LINK_TSIZE = 0x18;
const DATA = 0x0a;
const UNIXFS_TYPE = 0x08;
const UNIXFS_FILE = 0x02;
const UNIXFS_FILE_SIZE = 0x18;
const UNIXFS_BLOCK_SIZE = 0x20;

const CID_BYTES = 36;
const DIGEST_IN_LINK = 8;

function linkTo(level: 0 | 1, digest: Uint8Array, cumulativeSize: number): Uint8Array {
  const cid = cidBytes({ codec: level === 0 ? "raw" : "dag-pb", digest });
  const fields = concat(
    Uint8Array.of(LINK_CID, CID_BYTES),
    cid,
    Uint8Array.of(LINK_NAME, 0, LINK_TSIZE),
    varint(cumulativeSize),
  );
  return concat(Uint8Array.of(LINK, fields.length), fields);
}

function unixfsFile(size: number, blockSizes: readonly number[]): Uint8Array {
  const head = concat(Uint8Array.of(UNIXFS_TYPE, UNIXFS_FILE, UNIXFS_FILE_SIZE), varint(size));
  return concat(head, ...blockSizes.map((block) => concat(Uint8Array.of(UNIXFS_BLOCK_SIZE), varint(block))));
}

// A link states the bytes below it with all nodes in between; the layout fixes them, so no node need be at hand.
function cumulativeSizes(sizes: readonly number[], level: 0 | 1): readonly number[] {
  if (level === 0) return sizes;
  const overhead = new Map<number, number>();
  for (const size of new Set(sizes)) {
    const unnamed = sizesBelow(size, 1).map(() => new Uint8Array(CID_BYTES - 4));
    overhead.set(size, encodeNode(size, 1, unnamed).length);
  }
  return sizes.map((size) => size + (overhead.get(size) ?? 0));
}

/**
 * The dag-pb block of an inner node over `size` bytes. Level, size and digests of the parts below, in order,
 * determine it fully.
 *
 * @param digests SHA-256 of each part below, as many as the layout gives the node
 */
export function encodeNode(size: number, level: 1 | 2, digests: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const below = levelBelow(level);
  const sizes = sizesBelow(size, level);
  const cumulative = cumulativeSizes(sizes, below);
  const data = unixfsFile(size, sizes);
  const links = digests.map((digest, i) => linkTo(below, digest, cumulative[i] ?? 0));
  return concat(...links, Uint8Array.of(DATA), varint(data.length), data);
}

/**
 * Picks size and digests out of bytes that may be a node. It follows no length beyond the bytes and checks
 * nothing: what {@link encodeNode} does not give back from its answer is no node.
 */
export function skimNode(bytes: Uint8Array): { readonly size: number; readonly digests: readonly Uint8Array[] } {
  const digests: Uint8Array[] = [];
  let at = 0;
  while (bytes[at] === LINK) {
    digests.push(bytes.slice(at + DIGEST_IN_LINK, at + DIGEST_IN_LINK + 32));
    at += 2 + (bytes[at + 1] ?? 0);
  }
  const data = readVarint(bytes, at + 1);
  return { size: readVarint(bytes, data.next + 3).value, digests };
}
