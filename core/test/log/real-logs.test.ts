import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBase64, toHex, utf8 } from "@firmament/core/bytes";
import {
  append,
  assertConsistency,
  assertInclusion,
  consistencyProof,
  decodeEntryBundle,
  emptyFrontier,
  frontierRoot,
  inclusionProof,
  openNote,
  parseCheckpoint,
  parseNote,
  parseTilePath,
  parseVkey,
  rootAt,
  tileBytes,
  tileReader,
} from "@firmament/core/log";
import type { Checkpoint, TileSource } from "@firmament/core/log";
import { crypto } from "./support/node-crypto.ts";
import { hexes, present, StoredLog } from "./support/stored-log.ts";
import { needsVectors, readVectors } from "./support/vectors.ts";

interface LogVectors {
  vkey: string;
  entries_utf8: string[];
  files_base64: Record<string, string>;
}

class LogFiles {
  readonly files: Map<string, Uint8Array>;
  readonly vkey: string;
  constructor({ vkey, files_base64: files }: LogVectors) {
    this.vkey = vkey;
    this.files = new Map(Object.entries(files).map(([path, base64]) => [path, fromBase64(base64)]));
  }

  checkpoint(name: string): Checkpoint {
    const note = parseNote(present(this.files.get(name)));
    openNote(crypto, note, [parseVkey(crypto, this.vkey)]);
    return parseCheckpoint(note.text);
  }

  tilePaths(): string[] {
    return [...this.files.keys()].filter((path) => path.startsWith("tile/"));
  }

  /** The widest tile of hashes that the files hold. */
  readonly tiles: TileSource = (level, index) =>
    this.tilePaths()
      .map((path) => ({ ...parseTilePath(path), path }))
      .filter((tile) => tile.level === level && tile.index === index)
      .sort((a, b) => a.width - b.width)
      .map(({ path }) => this.files.get(path))
      .at(-1);
}

const tessera = (): { vectors: LogVectors; files: LogFiles; log: StoredLog } => {
  const vectors = readVectors<LogVectors>("logs/tessera-posix-15.json");
  const log = new StoredLog();
  for (const entry of vectors.entries_utf8) log.append(utf8(entry));
  return { vectors, files: new LogFiles(vectors), log };
};

test("our log of Tessera's 15 entries has the roots of its 16 checkpoints", needsVectors, () => {
  const { files, log } = tessera();
  for (let size = 0; size <= 15; size++) {
    const checkpoint = files.checkpoint(`checkpoint.${size}`);
    assert.equal(checkpoint.size, size);
    assert.equal(toHex(checkpoint.root), toHex(log.rootAt(size)));
  }
});

test("our log of Tessera's entries has its tiles and entry bundles, byte for byte", needsVectors, () => {
  const { files, log } = tessera();
  for (const path of files.tilePaths()) {
    const bytes = present(files.files.get(path));
    const { level, index, width } = parseTilePath(path);
    if (level === "entries")
      assert.deepEqual(hexes(decodeEntryBundle(bytes, width)), hexes(log.entries.slice(0, width)), path);
    else assert.equal(toHex(tileBytes(log.nodes, { level, index, width }, 15)), toHex(bytes), path);
  }
});

test("[S2-48] Tessera's checkpoints of all sizes are proven consistent from its tiles", needsVectors, () => {
  const { files } = tessera();
  const nodes = tileReader(crypto, files.tiles);
  for (let to = 1; to <= 15; to++) {
    for (let from = 1; from <= to; from++) {
      const [before, after] = [files.checkpoint(`checkpoint.${from}`), files.checkpoint(`checkpoint.${to}`)];
      const path = consistencyProof(crypto, nodes, { from, to });
      assertConsistency(crypto, { from, to, fromRoot: before.root, toRoot: after.root, path });
    }
  }
});

test("a mirror's 300 leaves lead to the root it cosigned, and each is proven from the tiles", needsVectors, () => {
  const files = new LogFiles(readVectors<LogVectors>("logs/skylight-mirror-300.json"));
  const { size, root } = files.checkpoint("checkpoint");
  const nodes = tileReader(crypto, files.tiles);
  assert.equal(size, 300);
  assert.equal(toHex(rootAt(crypto, nodes, size)), toHex(root));
  for (let index = 0; index < size; index++) {
    const leaf = present(nodes(0, index));
    assertInclusion(crypto, { index, size, leaf, path: inclusionProof(crypto, nodes, { index, size }), root });
  }
});

test("appending the mirror's leaves completes its level-1 tile and its root", needsVectors, () => {
  const files = new LogFiles(readVectors<LogVectors>("logs/skylight-mirror-300.json"));
  const leaves = tileReader(crypto, files.tiles);
  let frontier = emptyFrontier;
  let above: Uint8Array | undefined;
  for (let index = 0; index < 300; index++) {
    const appended = append(crypto, frontier, present(leaves(0, index)));
    above ??= appended.nodes.find(({ level }) => level === 8)?.hash;
    frontier = appended.frontier;
  }
  assert.equal(toHex(present(above)), toHex(present(files.files.get("tile/1/000.p/1"))));
  assert.equal(toHex(frontierRoot(crypto, frontier)), toHex(files.checkpoint("checkpoint").root));
});

test("a real CT log's partial tile is the beginning of its full one", needsVectors, () => {
  const { files_base64: files } = readVectors<LogVectors>("logs/navigli2025h2-tiles.json");
  const [full, partial] = ["tile/0/003", "tile/0/003.p/10"].map((path) => toHex(fromBase64(files[path] ?? "")));
  assert.equal(full?.slice(0, partial?.length), partial);
  assert.equal(partial?.length, parseTilePath("tile/0/003.p/10").width * 64);
});
