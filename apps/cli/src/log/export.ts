import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  bundleRange,
  encodeEntryBundle,
  formatTilePath,
  type HashTile,
  tileBytes,
  tileLevels,
  tileWidth,
} from "@firmament/core/log";
import { logNodes } from "@firmament/replica";
import type { DatabaseSync } from "node:sqlite";
import { entryAt } from "./answers.ts";
import { newestSize, noteAt } from "./note.ts";

/** Every tile of hashes at a size: the full ones of each level, and one partial tile where hashes are left. */
function* tilesAt(size: number): Generator<HashTile> {
  for (const { full, level, partial } of tileLevels(size)) {
    for (let index = 0; index < full; index++) yield { index, level, width: tileWidth };
    if (partial > 0) yield { index: full, level, width: partial };
  }
}

/**
 * Writes the log at the newest checkpoint with a quorum as a folder of static files (c2sp.org/tlog-tiles). The
 * checkpoint is written last: whoever finds it finds all that it covers.
 *
 * @returns entries and files that were written
 */
export async function exportLog(
  database: DatabaseSync,
  ledger: string,
  folder: string,
): Promise<{ readonly size: number; readonly files: number }> {
  const size = newestSize(database, ledger);
  const nodes = logNodes(database);
  let files = 0;
  const write = async (name: string, bytes: Uint8Array) => {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
    files++;
  };
  for (const tile of tilesAt(size)) {
    await write(formatTilePath(tile), tileBytes(nodes, tile, size));
    if (tile.level > 0) continue;
    const bundle = { ...tile, level: "entries" } as const;
    const { end, start } = bundleRange(bundle, size);
    const entries = Array.from({ length: end - start }, (_, i) => entryAt(database, start + i));
    await write(formatTilePath(bundle), encodeEntryBundle(entries));
  }
  await write("checkpoint", noteAt(database, ledger, size));
  return { files, size };
}
