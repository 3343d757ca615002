import { open } from "node:fs/promises";
import { bigEndian, concat, fromBigEndian } from "@firmament/core/bytes";
import { type Cid, contentLimits, type DagNode, formatCid } from "@firmament/core/cid";
import type { DurableDirectory } from "./durable-directory.ts";
import { crypto } from "./hashing.ts";
import { writeNew } from "./new-file.ts";
import type { StagedPart } from "./staged-file.ts";
import type { StagingArea } from "./staging-area.ts";
import { ifPresent } from "./system-error.ts";

/** Blocks of inner nodes by their own CIDs. */
export type Nodes = ReadonlyMap<Cid, Uint8Array>;

// The root and one node for each GiB, each after its length.
const MAX_NODES = 1 + contentLimits.maxContentBytes / (contentLimits.pieceBytes * contentLimits.maxLinks);
const MAX_BYTES = MAX_NODES * (contentLimits.maxNodeBytes + 4);

/** The inner nodes of one content in one file: each after its length in four bytes, the root first. */
export function encodeNodes(nodes: readonly DagNode[]): Uint8Array {
  return concat(...nodes.flatMap(({ bytes }) => [bigEndian(bytes.length, 4), bytes]));
}

/**
 * Blocks by the CID that they hash to, as many as a content can have. Whatever was altered in the file has another
 * CID and is not found, so nothing else needs to be checked here.
 */
export function decodeNodes(bytes: Uint8Array): Nodes {
  const nodes = new Map<Cid, Uint8Array>();
  // A file that a loss of power left full of zeros reads as a million empty blocks.
  for (let at = 0, count = 0; at + 4 <= bytes.length && count < MAX_NODES; count++) {
    const start = at + 4;
    at = start + fromBigEndian(bytes.subarray(at, start));
    const node = bytes.subarray(start, at);
    nodes.set(formatCid({ codec: "dag-pb", digest: crypto.sha256(node) }), node);
  }
  return nodes;
}

/** The files of inner nodes, named after the content. They can be computed again from it. */
export class NodeFiles {
  readonly #directory: DurableDirectory;
  readonly #staging: StagingArea;

  constructor(directory: DurableDirectory, staging: StagingArea) {
    this.#directory = directory;
    this.#staging = staging;
  }

  /** The nodes that are stored for the content; none where the file is missing or longer than any can be. */
  async read(cid: Cid): Promise<Nodes> {
    await using handle = await ifPresent(open(this.#directory.of(cid)));
    if (handle === undefined || (await handle.stat()).size > MAX_BYTES) return new Map();
    return decodeNodes(await handle.readFile());
  }

  /** Writes the nodes aside. */
  async stage(nodes: readonly DagNode[]): Promise<StagedPart> {
    const path = this.#staging.fresh("nodes");
    await writeNew(path, (handle) => handle.writeFile(encodeNodes(nodes)));
    return { path, into: this.#directory };
  }

  /** Stores the nodes in place of what is there. */
  async replace(cid: Cid, nodes: readonly DagNode[]): Promise<void> {
    const { path } = await this.stage(nodes);
    await this.#directory.take(path, cid);
    await this.#directory.sync();
  }
}
