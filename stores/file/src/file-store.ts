import { open, stat, unlink } from "node:fs/promises";
import { asCid, type Cid, type DagNode, rootPart } from "@firmament/core/cid";
import { assertExpected, refuseContent } from "@firmament/core/content";
import type { ContentStore, GetOptions, PutOptions, StoredContent } from "@firmament/core/content";
import { bringBack, collect, type Collected } from "./collection.ts";
import { writeContent, writeFetched } from "./content-writer.ts";
import { refuseTransfer } from "./errors.ts";
import type { ContentFetch } from "./http-source.ts";
import { writeNew } from "./new-file.ts";
import { NodeFiles } from "./node-files.ts";
import { Places } from "./places.ts";
import { StagedFile, type StagedPart, StagedParts } from "./staged-file.ts";
import { type ByteRange, StoredFile } from "./stored-file.ts";
import { ifPresent } from "./system-error.ts";

export interface FileStoreOptions {
  /** Age after which a staged file counts as left over, whoever wrote it; a day by default. */
  readonly staleAfterMs?: number;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

function rangeWithin(size: number, { offset = 0, length = size - offset }: GetOptions): ByteRange {
  const isCount = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!isCount || offset + length > size) {
    throw refuseContent("content/range", `${length} bytes from ${offset} are not within ${size}.`);
  }
  return { offset, length };
}

/**
 * Content in plain files of one directory, one for each CID, with the inner nodes beside it. Several processes
 * may use one directory at the same time. {@link ContentStore} says what the methods promise.
 */
export class FileStore implements ContentStore, AsyncDisposable {
  readonly #places: Places;
  readonly #nodeFiles: NodeFiles;
  readonly #staged = new Set<StagedFile>();

  private constructor(places: Places) {
    this.#places = places;
    this.#nodeFiles = new NodeFiles(places.nodes, places.staging);
  }

  /** Opens a store, made where it is missing, and removes what processes that are gone have left behind. */
  static async open(path: string, { staleAfterMs = DAY_MS }: FileStoreOptions = {}): Promise<FileStore> {
    await using opened = new AsyncDisposableStack();
    const places = opened.use(await Places.open(path));
    for await (const { name, kind } of places.staging.leftovers(staleAfterMs)) {
      await bringBack(places, kind, places.staging.of(name));
    }
    opened.move();
    return new FileStore(places);
  }

  async stage(source: AsyncIterable<Uint8Array>, options: PutOptions): Promise<StagedFile> {
    if (options.expect !== undefined) rootPart(options.expect.cid, options.expect.size);
    const path = this.#places.staging.fresh("part");
    const { content, nodes } = await writeNew(path, async (handle) => {
      const written = await writeContent(handle, source, options);
      if (options.expect !== undefined) assertExpected(written.content, options.expect);
      return written;
    });
    const parts = await this.#parts(path, nodes);
    const staged: StagedFile = new StagedFile(content, parts, () => this.#staged.delete(staged));
    this.#staged.add(staged);
    return staged;
  }

  /**
   * Stores what a fetch verifies piece by piece: `put` without hashing for the CID again.
   *
   * @param sha256 of the whole, lower-case hexadecimal
   * @param taken is given each verified piece in order; what it makes of them counts only once this has resolved
   * @throws Refusal `content/digest-mismatch`, `content/cid-mismatch` for a fetch that left bytes out; whatever the
   *   fetch throws. Nothing remains then.
   */
  async fetch(source: ContentFetch, sha256: string, taken: (piece: Uint8Array) => void): Promise<void> {
    const path = this.#places.staging.fresh("part");
    const { cid, nodes } = await writeNew(path, async (handle) => {
      const written = await writeFetched(handle, source, taken);
      if (written.cid !== source.cid) throw refuseContent("content/cid-mismatch", `Got ${written.cid}.`);
      if (written.sha256 !== sha256) throw refuseContent("content/digest-mismatch", `Got sha256 ${written.sha256}.`);
      return written;
    });
    await using staged = new StagedParts(cid, await this.#parts(path, nodes));
    await staged.commit();
  }

  async #parts(path: string, nodes: readonly DagNode[]): Promise<readonly StagedPart[]> {
    try {
      const nodeParts = nodes.length === 0 ? [] : [await this.#nodeFiles.stage(nodes)];
      return [...nodeParts, { path, into: this.#places.content }];
    } catch (error) {
      await ifPresent(unlink(path));
      throw error;
    }
  }

  async put(source: AsyncIterable<Uint8Array>, options: PutOptions): Promise<StoredContent> {
    await using staged = await this.stage(source, options);
    await staged.commit();
    const { cid, size, sha256, sha384 } = staged;
    return { cid, size, sha256, sha384 };
  }

  async *get(cid: string, options: GetOptions = {}): AsyncGenerator<Uint8Array> {
    await using stored = await this.#open(asCid(cid));
    yield* stored.read(rangeWithin(stored.root.size, options), options);
  }

  async stat(cid: string): Promise<{ readonly size: number } | undefined> {
    const found = await ifPresent(stat(this.#places.content.of(asCid(cid))));
    return found && { size: found.size };
  }

  /**
   * The block of an inner node of stored content, verified: the root block by default.
   *
   * @throws Refusal `content/not-found`, `content/corrupt`; `transfer/no-node` where there is no such node
   */
  async node(cid: string, node: string = cid): Promise<Uint8Array> {
    await using stored = await this.#open(asCid(cid));
    const block = await stored.node(asCid(node));
    if (block === undefined) throw refuseTransfer("transfer/no-node", `${cid} has no node ${node}.`);
    return block;
  }

  // The mark comes before the look, so that a collection in another process sees either the mark or no content.
  // Whoever stored the content may have been killed before its name was durable.
  async pin(cid: string): Promise<void> {
    const name = asCid(cid);
    await this.#places.pins.mark(name);
    if ((await this.stat(name)) !== undefined) return this.#places.content.sync();
    await this.unpin(name);
    throw refuseContent("content/not-found", `Nothing is stored as ${name}.`);
  }

  async unpin(cid: string): Promise<void> {
    await this.#places.pins.remove(asCid(cid));
  }

  /**
   * Removes content that is not pinned. Content younger than `olderThanMs` (an hour by default) stays: whoever
   * has just stored it may be about to pin it.
   */
  async gc(options: { readonly olderThanMs?: number; readonly signal?: AbortSignal } = {}): Promise<Collected> {
    return collect(this.#places, Date.now() - (options.olderThanMs ?? HOUR_MS), options.signal);
  }

  async #open(cid: Cid): Promise<StoredFile> {
    const handle = await ifPresent(open(this.#places.content.of(cid)));
    if (handle === undefined) throw refuseContent("content/not-found", `Nothing is stored as ${cid}.`);
    return StoredFile.of(cid, handle, this.#nodeFiles);
  }

  /** Discards what is still staged. Calls that are under way fail. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const staged of this.#staged) await staged.discard();
    await this.#places[Symbol.asyncDispose]();
  }
}
