import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatTilePath, parseTilePath, tileWidth } from "@firmament/core/log";
import type { Tile } from "@firmament/core/log";
import { assertRefuses } from "./support/refusals.ts";
import { needsVectors, readVectors } from "./support/vectors.ts";

interface TilePathVectors {
  valid: [level: string, path: string, wantLevel: string, wantIndex: string, partial: number][];
  valid_in_go_but_not_canonical: [level: string, path: string, why: string][];
  invalid: [level: string, path: string][];
  format: [index: string, partial: number, path: string][];
}

const file = "checkpoint/tile-paths.json";
const widthOf = (partial: number): number => (partial === 0 ? tileWidth : partial);

test("10 valid tile paths; the 2 with an index beyond 2^53 are refused", needsVectors, () => {
  const { valid } = readVectors<TilePathVectors>(file);
  let beyond = 0;
  for (const [level, rest, wantLevel, wantIndex, partial] of valid) {
    const path = `tile/${level}/${rest}`;
    if (BigInt(wantIndex) > BigInt(Number.MAX_SAFE_INTEGER)) {
      beyond++;
      assertRefuses("log/tile-path", () => parseTilePath(path), path);
      continue;
    }
    const tile = { level: Number(wantLevel), index: Number(wantIndex), width: widthOf(partial) };
    assert.deepEqual(parseTilePath(path), tile);
    assert.equal(formatTilePath(tile), path);
  }
  assert.deepEqual([valid.length, beyond], [10, 2]);
});

test("28 invalid tile paths and 3 other spellings are refused", needsVectors, () => {
  const { invalid, valid_in_go_but_not_canonical: others } = readVectors<TilePathVectors>(file);
  for (const [level, rest] of [...invalid, ...others]) {
    assertRefuses("log/tile-path", () => parseTilePath(`tile/${level}/${rest}`), `${level} ${rest}`);
  }
  assert.deepEqual([invalid.length, others.length], [28, 3]);
});

test("11 indexes are written as Go writes them", needsVectors, () => {
  const { format } = readVectors<TilePathVectors>(file);
  for (const [index, partial, rest] of format) {
    assert.equal(formatTilePath({ level: 0, index: Number(index), width: widthOf(partial) }), `tile/0/${rest}`);
    assert.equal(
      formatTilePath({ level: "entries", index: Number(index), width: widthOf(partial) }),
      `tile/entries/${rest}`,
    );
  }
  assert.equal(format.length, 11);
});

const anyTile: fc.Arbitrary<Tile> = fc.record(
  {
    level: fc.oneof(fc.nat(63), fc.constant("entries" as const)),
    index: fc.oneof(fc.nat(2_000), fc.maxSafeNat()),
    width: fc.integer({ min: 1, max: tileWidth }),
  },
  { noNullPrototype: true },
);

test("parsing undoes formatting", () => {
  fc.assert(fc.property(anyTile, (tile) => assert.deepEqual(parseTilePath(formatTilePath(tile)), tile)));
});

test("a path has nothing before or after it", () => {
  for (const path of [
    "",
    "/tile/0/000",
    "tile/0/000/",
    "tile/0/000.p/1/",
    "tile/0/000\n",
    "tile//000",
    "tile/entry/000",
    "checkpoint",
  ]) {
    assertRefuses("log/tile-path", () => parseTilePath(path), path);
  }
});

test("a tile that cannot be has no path", () => {
  const tile: Tile = { level: 0, index: 0, width: 1 };
  for (const wrong of [
    { level: 64 },
    { level: -1 },
    { level: 0.5 },
    { index: -1 },
    { index: 2 ** 53 },
    { width: 0 },
    { width: 257 },
  ]) {
    assertRefuses("log/tile-path", () => formatTilePath({ ...tile, ...wrong }));
  }
});
