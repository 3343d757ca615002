import type { Cid } from "../cid/index.ts";

/** What the sender of content has announced; digests in lower-case hexadecimal, size in bytes. */
export interface ContentExpectation {
  readonly cid: string;
  readonly size: number;
  readonly sha256?: string;
  readonly sha384?: string;
}

/** What content was found to be, computed by the store itself from the bytes. */
export interface StoredContent {
  readonly cid: Cid;
  readonly size: number;
  readonly sha256: string;
  readonly sha384: string;
}

export interface PutOptions {
  /** Refuses any other content. */
  readonly expect?: ContentExpectation;
  /** Largest size in bytes; the source is not read further than one chunk beyond it. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

export interface GetOptions {
  /** First byte, 0 by default. */
  readonly offset?: number;
  /** Number of bytes, all the rest by default. */
  readonly length?: number;
  /** Lends the chunks: each is valid until the next one is asked for, and the same memory serves them all. */
  readonly lend?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Content that was read and checked, and of which nobody can read a byte yet: nothing is stored before
 * whoever decides has accepted it. Whoever staged it ends with one of the two methods.
 */
export interface StagedContent extends StoredContent {
  /** Stores the content; when it resolves, the content survives a loss of power. */
  commit(): Promise<void>;
  /** Drops the bytes; without effect after either. */
  discard(): Promise<void>;
}

/**
 * Content by CID (profile `unixfs-v1-2025`, docs/PROTOCOL.md), whatever keeps the bytes.
 *
 * - Retries: none here. A refusal stays; a system fault (disk full, backend down) is thrown as it comes, and the
 *   caller may repeat any method: all of them can be repeated without harm, and the same content twice is one.
 * - Durability: what `put`, `commit`, `pin` and `unpin` have resolved survives a loss of power. Staged content
 *   does not survive the process: whoever staged it reads the source again.
 * - Trust: neither source nor backend is trusted. CID and digests are computed from the bytes on the way in,
 *   and every piece of 1 MiB is hashed again before one of its bytes is handed out.
 * - Memory: a few pieces, whatever the size.
 *
 * Every method that takes a CID refuses text that is none (`cid/text`, `cid/version`, `cid/codec`, `cid/hash`).
 */
export interface ContentStore {
  /**
   * Reads the source to its end, checks it and keeps it aside.
   *
   * @throws Refusal `content/too-large`, `content/size-mismatch`, `content/digest-mismatch`,
   *   `content/cid-mismatch`; whatever the source throws. Nothing remains then.
   */
  stage(source: AsyncIterable<Uint8Array>, options: PutOptions): Promise<StagedContent>;

  /** `stage` and `commit` in one, for content that is wanted whatever it turns out to be. */
  put(source: AsyncIterable<Uint8Array>, options: PutOptions): Promise<StoredContent>;

  /**
   * The bytes in order; the first refusal comes with the first chunk. A chunk that is not lent belongs to the receiver.
   *
   * @throws Refusal `content/not-found`, `content/range`, `content/corrupt`
   */
  get(cid: string, options?: GetOptions): AsyncIterable<Uint8Array>;

  /** Size of stored content in bytes; `undefined` where the store does not have it. Reads no content. */
  stat(cid: string): Promise<{ readonly size: number } | undefined>;

  /**
   * Protects stored content from removal.
   *
   * @throws Refusal `content/not-found`
   */
  pin(cid: string): Promise<void>;

  /** Ends the protection; without effect where there is none. */
  unpin(cid: string): Promise<void>;
}
