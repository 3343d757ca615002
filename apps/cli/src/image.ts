import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type Cid, ContentFold } from "@firmament/core/cid";
import { nodeCrypto } from "@firmament/crypto";
import { refuse } from "./errors.ts";

const PIECE = 1_048_576;

/** What a manifest says of an image file. */
export interface ImageDescription {
  readonly cid: Cid;
  /** Bytes. */
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** Lower-case hexadecimal. */
  readonly sha384: string;
}

async function* piecesOf(path: string): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: PIECE }) as AsyncIterable<Buffer>) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (; held.length >= PIECE; held = held.subarray(PIECE)) yield held.subarray(0, PIECE);
  }
  if (held.length > 0) yield held;
}

/** Reads an image once and computes all that identifies it. @throws Refusal `cli/file` */
export async function describeImage(path: string): Promise<ImageDescription> {
  const [sha256, sha384, fold] = [createHash("sha256"), createHash("sha384"), new ContentFold(nodeCrypto)];
  try {
    for await (const piece of piecesOf(path)) {
      sha256.update(piece);
      sha384.update(piece);
      fold.addPiece(piece);
    }
  } catch (cause) {
    if (cause instanceof Error && "code" in cause)
      throw refuse("cli/file", `${path}: ${String(cause.code)}.`, { cause });
    throw cause;
  }
  if (fold.size === 0) throw refuse("cli/file", `${path} is empty.`);
  const { cid, size } = fold.finish();
  return { cid, size, sha256: sha256.digest("hex"), sha384: sha384.digest("hex") };
}
