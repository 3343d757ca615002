import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "@firmament/core/bytes";
import {
  assertInclusion,
  bundleRange,
  consistencyProof,
  inclusionProof,
  rootAt,
  tileBytes,
  tileLevels,
  tileReader,
} from "@firmament/core/log";
import type { HashTile, TileSource } from "@firmament/core/log";
import { crypto } from "./support/node-crypto.ts";
import { treeHash } from "./support/reference-tree.ts";
import { assertRefuses } from "./support/refusals.ts";
import { hexes, logOf } from "./support/stored-log.ts";
import { needsVectors, readVectors } from "./support/vectors.ts";

interface WidthVectors {
  size: string;
  full: [level: number, count: number][];
  partials: [level: number, width: number][];
}

const size = 600;
const log = logOf(size);

// All tiles of the log at a size, as a mirror has them.
function tilesAt(mirrored: number): TileSource {
  return (level, index) => {
    const { full = 0, partial = 0 } = tileLevels(mirrored)[level] ?? {};
    const width = index < full ? 256 : index === full ? partial : 0;
    return width === 0 ? undefined : tileBytes(log.nodes, { level, index, width }, mirrored);
  };
}

function assertLevels({ size: text, full, partials }: WidthVectors): void {
  const levels = tileLevels(Number(text));
  assert.deepEqual(
    levels.filter((tile) => tile.full > 0).map((tile) => [tile.level, tile.full]),
    full,
  );
  assert.deepEqual(
    levels.filter((tile) => tile.partial > 0).map((tile) => [tile.level, tile.partial]),
    partials,
  );
}

test("the tiles of the specification's sizes", needsVectors, () => {
  const { widths_from_spec: vectors } = readVectors<{ widths_from_spec: WidthVectors & { also: WidthVectors } }>(
    "checkpoint/tile-paths.json",
  );
  assertLevels(vectors);
  assertLevels(vectors.also);
});

test("an empty log has no tiles, the largest has seven levels", () => {
  assert.deepEqual(tileLevels(0), []);
  assert.deepEqual(tileLevels(1), [{ level: 0, full: 0, partial: 1 }]);
  assert.equal(tileLevels(2 ** 53 - 1).length, 7);
  assert.throws(() => tileLevels(-1), RangeError);
});

test("a hash of level 1 is the tree over its 256 entries, and level 0 holds the leaves", () => {
  const leaves = tileBytes(log.nodes, { level: 0, index: 2, width: 88 }, size);
  assert.equal(toHex(leaves.subarray(32, 64)), toHex(log.leafAt(513)));
  const above = tileBytes(log.nodes, { level: 1, index: 0, width: 2 }, size);
  assert.equal(toHex(above.subarray(32)), toHex(treeHash(log.entries.slice(256, 512))));
});

test("a partial tile is the beginning of the full one and stays readable", () => {
  const full = tileBytes(log.nodes, { level: 0, index: 1, width: 256 }, size);
  const partial = tileBytes(log.nodes, { level: 0, index: 1, width: 44 }, size);
  assert.equal(toHex(partial), toHex(full.subarray(0, 44 * 32)));
});

test("a tile that is not complete at the size is refused, also where later nodes are stored", () => {
  const missing: HashTile[] = [
    { level: 0, index: 2, width: 89 },
    { level: 0, index: 3, width: 1 },
    { level: 1, index: 0, width: 3 },
    { level: 2, index: 0, width: 1 },
    { level: 63, index: 2 ** 52, width: 1 },
  ];
  for (const tile of missing) assertRefuses("log/tile-range", () => tileBytes(log.nodes, tile, size));
  assertRefuses("log/tile-range", () => tileBytes(log.nodes, { level: 0, index: 0, width: 101 }, 100));
});

test("a bundle's entries are those under its tile of leaves", () => {
  assert.deepEqual(bundleRange({ level: "entries", index: 2, width: 88 }, size), { start: 512, end: 600 });
  assertRefuses("log/tile-range", () => bundleRange({ level: "entries", index: 2, width: 89 }, size));
});

test("roots and proofs from tiles are those from the store", () => {
  for (const mirrored of [1, 2, 255, 256, 257, 511, 512, 513, 600]) {
    const nodes = tileReader(crypto, tilesAt(mirrored));
    assert.equal(toHex(rootAt(crypto, nodes, mirrored)), toHex(log.rootAt(mirrored)));
    for (const index of [0, 1, 255, 256, 300, 511, 512, 599].filter((i) => i < mirrored)) {
      const path = inclusionProof(crypto, nodes, { index, size: mirrored });
      assertInclusion(crypto, { index, size: mirrored, leaf: log.leafAt(index), path, root: log.rootAt(mirrored) });
    }
    for (const from of [1, 3, 256, 300].filter((earlier) => earlier <= mirrored)) {
      const path = consistencyProof(crypto, nodes, { from, to: mirrored });
      assert.deepEqual(hexes(path), hexes(consistencyProof(crypto, log.nodes, { from, to: mirrored })));
    }
  }
});

test("a mirror that lacks a tile or has a broken one is refused", () => {
  const tiles = tilesAt(size);
  const without = tileReader(crypto, (level, index) => (index === 1 ? undefined : tiles(level, index)));
  assertRefuses("log/tile-missing", () => inclusionProof(crypto, without, { index: 300, size }));
  assertRefuses("log/tile-missing", () => rootAt(crypto, tileReader(crypto, tilesAt(599)), size));
  for (const length of [0, 31, 33, 257 * 32]) {
    const broken = tileReader(crypto, () => new Uint8Array(length));
    assertRefuses("log/tile-bytes", () => rootAt(crypto, broken, size));
  }
});
