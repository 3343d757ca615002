import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { exportLog } from "@firmament/cli/src/log/export.ts";
import { toBase64url } from "@firmament/core/bytes";
import {
  append,
  decodeEntryBundle,
  emptyFrontier,
  formatTilePath,
  type Frontier,
  frontierRoot,
  leafHash,
  parseCheckpoint,
  parseNote,
  rootAt,
  tileWidth,
} from "@firmament/core/log";
import { nodeCrypto } from "@firmament/crypto";
import { logNodes, openDatabase } from "@firmament/replica";
import type { FaultMember } from "./fault-member.ts";

/** Root of a node's log at a size, base64url. */
export function rootOfNode({ home, name }: FaultMember, size: number): string {
  const database = openDatabase(home.replicaFile(name), { readOnly: true });
  try {
    return toBase64url(rootAt(nodeCrypto, logNodes(database), size));
  } finally {
    database.close();
  }
}

async function frontierOf(folder: string, size: number): Promise<Frontier> {
  let frontier = emptyFrontier;
  for (let index = 0; index * tileWidth < size; index++) {
    const width = Math.min(tileWidth, size - index * tileWidth);
    const path = join(folder, formatTilePath({ index, level: "entries", width }));
    for (const entry of decodeEntryBundle(new Uint8Array(await readFile(path)), width)) {
      ({ frontier } = append(nodeCrypto, frontier, leafHash(nodeCrypto, entry)));
    }
  }
  return frontier;
}

/**
 * Copies a node's log as static files, and computes its root from the copied entries alone.
 *
 * @returns size and root, which the copied checkpoint must state
 */
export async function copied({ home, name }: FaultMember, ledger: string, folder: string): Promise<[number, string]> {
  const database = openDatabase(home.replicaFile(name), { readOnly: true });
  try {
    await exportLog(database, ledger, folder);
  } finally {
    database.close();
  }
  const { text } = parseNote(new Uint8Array(await readFile(join(folder, "checkpoint"))));
  const { root, size } = parseCheckpoint(text);
  const computed = toBase64url(frontierRoot(nodeCrypto, await frontierOf(folder, size)));
  if (computed !== toBase64url(root)) throw new Error(`the copy's entries make ${computed}`);
  return [size, computed];
}
