import { asCid, ContentFold, type FoldedContent } from "@firmament/core/cid";
import { type GetOptions, refuseContent } from "@firmament/core/content";
import { refuseTransfer } from "../src/errors.ts";
import { crypto } from "../src/hashing.ts";
import type { ServedContent } from "../src/index.ts";
import { MiB } from "./sample.ts";

/** What a hostile or broken peer makes of a chunk that starts at byte `at`. */
export type Attack = (chunk: Uint8Array, at: number) => Uint8Array | Promise<Uint8Array>;

export const honest: Attack = (chunk) => chunk;

export function altersFrom(first: number): Attack {
  return (chunk, at) => (at >= first ? chunk.map((byte) => byte ^ 1) : chunk);
}

export function hangsFrom(first: number): Attack {
  return (chunk, at) => (at >= first ? new Promise(() => undefined) : chunk);
}

export function cutsFrom(first: number): Attack {
  return (chunk, at) => {
    if (at >= first) throw new Error("cut");
    return chunk;
  };
}

/** One content in memory, served as a store serves it or as an attacker does. */
export class MemoryContent implements ServedContent {
  readonly folded: FoldedContent;
  readonly #slice: (start: number, end: number) => Uint8Array;
  readonly #attack: Attack;

  private constructor(folded: FoldedContent, slice: (start: number, end: number) => Uint8Array, attack: Attack) {
    this.folded = folded;
    this.#slice = slice;
    this.#attack = attack;
  }

  static of(bytes: Uint8Array, attack = honest): MemoryContent {
    const fold = new ContentFold(crypto);
    for (let at = 0; at < bytes.length; at += MiB) fold.addPiece(bytes.subarray(at, at + MiB));
    return new MemoryContent(fold.finish(), (start, end) => bytes.subarray(start, end), attack);
  }

  /** Content of zeros, of which only what is asked for is ever made. */
  static ofZeros(size: number): MemoryContent {
    const fold = new ContentFold(crypto);
    const full = crypto.sha256(new Uint8Array(MiB));
    while (fold.size + MiB <= size) fold.addDigest(full, MiB);
    if (fold.size < size) fold.addPiece(new Uint8Array(size - fold.size));
    return new MemoryContent(fold.finish(), (start, end) => new Uint8Array(end - start), honest);
  }

  async *get(
    cid: string,
    { offset = 0, length = this.folded.size - offset }: GetOptions = {},
  ): AsyncGenerator<Uint8Array> {
    if (cid !== this.folded.cid) throw refuseContent("content/not-found");
    const end = offset + length;
    for (let at = offset; at < end; at += 65_536) yield this.#attack(this.#slice(at, Math.min(at + 65_536, end)), at);
  }

  async stat(cid: string): Promise<{ readonly size: number } | undefined> {
    return cid === this.folded.cid ? { size: this.folded.size } : undefined;
  }

  async node(_cid: string, node: string): Promise<Uint8Array> {
    const found = this.folded.nodes.find(({ cid }) => cid === asCid(node));
    if (found === undefined) throw refuseTransfer("transfer/no-node");
    return this.#attack(found.bytes, -1);
  }
}
