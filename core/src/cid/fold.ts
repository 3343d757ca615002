import { type Cid, formatCid } from "./cid.ts";
import { encodeNode } from "./dag-pb.ts";
import { spanOf } from "./layout.ts";
import { assertContentSize, contentLimits } from "./limits.ts";
import type { Sha256 } from "./node.ts";

/** The block of an inner node. */
export interface DagNode {
  readonly cid: Cid;
  readonly bytes: Uint8Array;
}

export interface FoldedContent {
  readonly cid: Cid;
  /** Bytes of the content. */
  readonly size: number;
  /** Inner nodes, the root first, then its children in order; none where the content is one piece. */
  readonly nodes: readonly DagNode[];
}

/**
 * Computes the CID of content piece by piece, as Kubo does with profile `unixfs-v1-2025`: CIDv1, SHA-256, raw
 * leaves of 1 MiB, balanced with 1024 links. It holds at most 1024 digests and the nodes that are complete.
 */
export class ContentFold {
  readonly #crypto: Sha256;
  readonly #nodes: DagNode[] = [];
  readonly #nodeDigests: Uint8Array[] = [];
  #leaves: Uint8Array[] = [];
  #size = 0;
  #closed = false;
  #folded: FoldedContent | undefined;

  constructor(crypto: Sha256) {
    this.#crypto = crypto;
  }

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  /** Adds the next piece: 1 MiB, less only where it is the last. */
  addPiece(bytes: Uint8Array): void {
    this.addDigest(this.#crypto.sha256(bytes), bytes.length);
  }

  /**
   * Adds the next piece by its digest, where the caller has hashed it already.
   *
   * @throws Refusal `cid/too-large`; RangeError where a piece follows a short one, is empty or exceeds 1 MiB
   */
  addDigest(digest: Uint8Array, size: number): void {
    if (this.#closed || size < 1 || size > contentLimits.pieceBytes) {
      throw new RangeError(`a piece of ${size} bytes cannot follow after ${this.#size} bytes`);
    }
    assertContentSize(this.#size + size);
    if (this.#leaves.length === contentLimits.maxLinks) this.#closeNode();
    this.#leaves.push(digest);
    this.#size += size;
    this.#closed = size < contentLimits.pieceBytes;
  }

  /** Ends the fold; content without any piece is empty content. */
  finish(): FoldedContent {
    this.#closed = true;
    this.#folded ??= this.#nodes.length === 0 && this.#leaves.length <= 1 ? this.#single() : this.#rooted();
    return this.#folded;
  }

  #single(): FoldedContent {
    const digest = this.#leaves[0] ?? this.#crypto.sha256(new Uint8Array(0));
    return { cid: formatCid({ codec: "raw", digest }), size: this.#size, nodes: [] };
  }

  #rooted(): FoldedContent {
    this.#closeNode();
    const [first, ...others] = this.#nodes;
    if (first !== undefined && others.length === 0) return { cid: first.cid, size: this.#size, nodes: [first] };
    const root = this.#node(this.#size, 2, this.#nodeDigests);
    return { cid: root.cid, size: this.#size, nodes: [root, ...this.#nodes] };
  }

  #closeNode(): void {
    const size = this.#size - this.#nodes.length * spanOf(1);
    this.#nodes.push(this.#node(size, 1, this.#leaves));
    this.#leaves = [];
  }

  #node(size: number, level: 1 | 2, digests: readonly Uint8Array[]): DagNode {
    const bytes = encodeNode(size, level, digests);
    const digest = this.#crypto.sha256(bytes);
    if (level === 1) this.#nodeDigests.push(digest);
    return { cid: formatCid({ codec: "dag-pb", digest }), bytes };
  }
}
