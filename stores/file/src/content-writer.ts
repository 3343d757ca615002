import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { type Cid, ContentFold, contentLimits, type DagNode } from "@firmament/core/cid";
import { type PutOptions, refuseContent, type StoredContent } from "@firmament/core/content";
import { abortable } from "./abortable.ts";
import { crypto } from "./hashing.ts";
import type { ContentFetch } from "./http-source.ts";
import { piecesOf } from "./pieces.ts";

function limitOf({ expect, maxBytes }: PutOptions): number {
  const limit = Math.min(maxBytes, contentLimits.maxContentBytes);
  if (expect !== undefined && expect.size > limit) {
    throw refuseContent("content/too-large", `${expect.size} bytes were announced, the limit is ${limit}.`);
  }
  return limit;
}

// Ends the reading at the first chunk that shows more bytes than may come.
async function* bounded(source: AsyncIterable<Uint8Array>, options: PutOptions): AsyncGenerator<Uint8Array> {
  const limit = limitOf(options);
  const announced = options.expect?.size ?? limit;
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > limit) throw refuseContent("content/too-large", `The limit is ${limit} bytes.`);
    if (size > announced) throw refuseContent("content/size-mismatch", `More than ${announced} bytes came.`);
    yield chunk;
  }
}

/**
 * Writes a source to a file in one pass, and computes its CID, its inner nodes and its digests on the way.
 *
 * @throws Refusal `content/too-large`, `content/size-mismatch`; whatever the source throws
 */
export async function writeContent(
  handle: FileHandle,
  source: AsyncIterable<Uint8Array>,
  options: PutOptions,
): Promise<{ readonly content: StoredContent; readonly nodes: readonly DagNode[] }> {
  const fold = new ContentFold(crypto);
  const sha256 = createHash("sha256");
  const sha384 = createHash("sha384");
  const input = bounded(abortable(source, options.signal), options);
  for await (const piece of piecesOf(input, contentLimits.pieceBytes)) {
    // The disk works while the hashes are computed; both are done before the buffer is used again.
    const written = handle.writeFile(piece);
    fold.addPiece(piece);
    sha256.update(piece);
    sha384.update(piece);
    await written;
  }
  const { cid, size, nodes } = fold.finish();
  return { content: { cid, size, sha256: sha256.digest("hex"), sha384: sha384.digest("hex") }, nodes };
}

/**
 * Writes content that is verified piece by piece as it comes, so that its pieces are not hashed for the CID again.
 *
 * @param taken is given each piece once it may be used
 */
export async function writeFetched(
  handle: FileHandle,
  source: ContentFetch,
  taken: (piece: Uint8Array) => void,
): Promise<{ readonly cid: Cid; readonly sha256: string; readonly nodes: readonly DagNode[] }> {
  const fold = new ContentFold(crypto);
  const sha256 = createHash("sha256");
  for await (const { bytes, digest } of source.pieces()) {
    const written = handle.writeFile(bytes);
    fold.addDigest(digest, bytes.length);
    sha256.update(bytes);
    taken(bytes);
    await written;
  }
  const { cid, nodes } = fold.finish();
  return { cid, nodes, sha256: sha256.digest("hex") };
}
