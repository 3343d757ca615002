import type { FileHandle } from "node:fs/promises";
import {
  assertBlock,
  type Cid,
  cidOf,
  ContentFold,
  type ContentPart,
  contentLimits,
  openNode,
  rootPart,
} from "@firmament/core/cid";
import { type GetOptions, refuseContent } from "@firmament/core/content";
import { Refusal } from "@firmament/core/errors";
import { crypto } from "./hashing.ts";
import type { NodeFiles, Nodes } from "./node-files.ts";
import { piecesFrom } from "./piece-walk.ts";

/** Bytes of a range; both within the content. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

// Whatever the core finds wrong with bytes of our own disk is corruption.
function orCorrupt<T>(cid: Cid, check: () => T): T {
  try {
    return check();
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    throw refuseContent("content/corrupt", `${cid}: ${cause.message}`, { cause });
  }
}

/** One content that is open for reading. Every byte that leaves it was hashed after it was read. */
export class StoredFile implements AsyncDisposable {
  readonly root: ContentPart;
  readonly #cid: Cid;
  readonly #handle: FileHandle;
  readonly #nodeFiles: NodeFiles;
  #nodes: Nodes | undefined;

  private constructor(cid: Cid, root: ContentPart, handle: FileHandle, nodeFiles: NodeFiles) {
    this.root = root;
    this.#cid = cid;
    this.#handle = handle;
    this.#nodeFiles = nodeFiles;
  }

  /**
   * Takes over the open file.
   *
   * @throws Refusal `content/corrupt` where its size cannot be that of the content
   */
  static async of(cid: Cid, handle: FileHandle, nodeFiles: NodeFiles): Promise<StoredFile> {
    try {
      const { size } = await handle.stat();
      return new StoredFile(
        cid,
        orCorrupt(cid, () => rootPart(cid, size)),
        handle,
        nodeFiles,
      );
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** The block of an inner node; `undefined` where the content has no such node. */
  async node(wanted: Cid): Promise<Uint8Array | undefined> {
    if (this.root.level === 0) return undefined;
    if (wanted === this.#cid) return this.#block(this.root);
    const part = (await this.#partsBelow(this.root)).find((below) => below.level > 0 && cidOf(below) === wanted);
    return part && this.#block(part);
  }

  /** The bytes of the range in order, each chunk in memory of its own unless it is lent. */
  async *read({ offset, length }: ByteRange, { lend, signal }: GetOptions = {}): AsyncGenerator<Uint8Array> {
    const end = offset + length;
    const lent = lend === true ? Buffer.allocUnsafeSlow(Math.min(this.root.size, contentLimits.pieceBytes)) : undefined;
    for await (const { piece, start } of piecesFrom(this.root, offset, (node) => this.#partsBelow(node))) {
      signal?.throwIfAborted();
      if (start >= end && this.root.size > 0) return;
      const bytes = await this.#bytesAt(start, piece.size, lent);
      orCorrupt(this.#cid, () => assertBlock(crypto, piece, bytes));
      const wanted = bytes.subarray(Math.max(0, offset - start), end - start);
      if (wanted.length > 0) yield wanted;
    }
  }

  async #bytesAt(start: number, size: number, into?: Buffer): Promise<Uint8Array> {
    const bytes = into?.subarray(0, size) ?? Buffer.allocUnsafeSlow(size);
    for (let at = 0; at < size;) {
      const { bytesRead } = await this.#handle.read(bytes, at, size - at, start + at);
      if (bytesRead === 0) throw refuseContent("content/corrupt", `${this.#cid} ends at ${start + at}.`);
      at += bytesRead;
    }
    return bytes;
  }

  async #partsBelow(node: ContentPart): Promise<readonly ContentPart[]> {
    const block = await this.#block(node);
    return orCorrupt(this.#cid, () => openNode(crypto, node, block));
  }

  async #block(node: ContentPart): Promise<Uint8Array> {
    const cid = cidOf(node);
    this.#nodes ??= await this.#nodeFiles.read(this.#cid);
    const block = this.#nodes.get(cid) ?? (await this.#computeNodes()).get(cid);
    if (block === undefined) throw refuseContent("content/corrupt", `${this.#cid} has no node ${cid}.`);
    return block;
  }

  // Nodes that are lost or altered are no loss while the bytes still hash to the CID.
  async #computeNodes(): Promise<Nodes> {
    const fold = new ContentFold(crypto);
    for (let at = 0; at < this.root.size; at += contentLimits.pieceBytes) {
      fold.addPiece(await this.#bytesAt(at, Math.min(contentLimits.pieceBytes, this.root.size - at)));
    }
    const { cid, nodes } = fold.finish();
    if (cid !== this.#cid) throw refuseContent("content/corrupt", `The bytes of ${this.#cid} hash to ${cid}.`);
    await this.#nodeFiles.replace(cid, nodes);
    this.#nodes = new Map(nodes.map((node) => [node.cid, node.bytes]));
    return this.#nodes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }
}
