import { createCipheriv, hash } from "node:crypto";
import { ContentFold } from "@firmament/core/cid";
import type { StoredContent } from "@firmament/core/content";
import { crypto } from "../src/hashing.ts";

export const MiB = 1_048_576;

/** Bytes that look random and are the same in each run. */
export function sample(size: number, seed = "sample"): Buffer {
  return createCipheriv("chacha20", hash("sha256", seed, "buffer"), Buffer.alloc(16)).update(Buffer.alloc(size));
}

/** What a store must find the bytes to be. */
export function descriptionOf(bytes: Uint8Array): StoredContent {
  const fold = new ContentFold(crypto);
  for (let at = 0; at < bytes.length; at += MiB) fold.addPiece(bytes.subarray(at, at + MiB));
  return { cid: fold.finish().cid, size: bytes.length, sha256: hash("sha256", bytes), sha384: hash("sha384", bytes) };
}

/** A source that gives the bytes in chunks. */
export async function* stream(bytes: Uint8Array, chunkBytes = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

export async function collected(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks);
}
