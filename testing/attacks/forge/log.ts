import type { DatabaseSync } from "node:sqlite";
import { concat } from "@firmament/core/bytes";
import type { BundleConsistency } from "@firmament/core/bundle";
import {
  append,
  consistencyProof,
  entryHash,
  type Frontier,
  frontierAt,
  inclusionProof,
  type LogEntry,
  type NodeReader,
  rootAt,
  type TreeNode,
} from "@firmament/core/log";
import { nodeCrypto } from "@firmament/crypto";
import { logNodes } from "@firmament/replica";

/** A log that agrees with the real one up to a size, and then has entries of somebody's choice. */
export interface ForgedLog {
  readonly size: number;
  readonly root: Uint8Array;
  /** Proof of the last entry. */
  readonly inclusion: Uint8Array;
  consistencyFrom(size: number): BundleConsistency;
}

function appendAll(frontier: Frontier, entries: readonly LogEntry[]): readonly TreeNode[] {
  const nodes: TreeNode[] = [];
  entries.reduce((before, entry) => {
    const added = append(nodeCrypto, before, entryHash(nodeCrypto, entry));
    nodes.push(...added.nodes);
    return added.frontier;
  }, frontier);
  return nodes;
}

export function forgeLog(database: DatabaseSync, base: number, entries: readonly LogEntry[]): ForgedLog {
  const stored = logNodes(database);
  const added = appendAll(frontierAt(stored, base), entries);
  const nodes: NodeReader = (level, index) =>
    added.find((node) => node.level === level && node.index === index)?.hash ?? stored(level, index);
  const size = base + entries.length;
  return {
    size,
    root: rootAt(nodeCrypto, nodes, size),
    inclusion: concat(...inclusionProof(nodeCrypto, nodes, { index: size - 1, size })),
    consistencyFrom: (from) => ({
      size: from,
      root: rootAt(nodeCrypto, nodes, from),
      path: concat(...consistencyProof(nodeCrypto, nodes, { from, to: size })),
    }),
  };
}
