import { concat } from "../bytes/index.ts";
import { refuse } from "./errors.ts";
import { storedNode } from "./node-reader.ts";
import type { NodeReader } from "./node-reader.ts";
import { isSize } from "./positions.ts";
import { formatTilePath, tileWidth } from "./tile-path.ts";
import type { Tile } from "./tile-path.ts";

/** Tree levels between two tile levels: 2^8 = 256 hashes become one. */
export const tileHeight = 8;

/** A tile of hashes, not of entries. */
export type HashTile = Tile & { readonly level: number };

/** The tiles of one level: full ones 0 … `full` - 1, then one of width `partial` unless that is 0. */
export interface TileLevel {
  readonly level: number;
  readonly full: number;
  readonly partial: number;
}

function hashesAt(level: number, size: number): number {
  return Math.floor(size / tileWidth ** level);
}

/** All tiles of hashes that exist at a size, lowest level first; entry bundles are those of level 0. */
export function tileLevels(size: number): readonly TileLevel[] {
  if (!isSize(size)) throw new RangeError(`${size} is no tree size`);
  const levels: TileLevel[] = [];
  for (let level = 0; hashesAt(level, size) > 0; level++) {
    const hashes = hashesAt(level, size);
    levels.push({ level, full: Math.floor(hashes / tileWidth), partial: hashes % tileWidth });
  }
  return levels;
}

function assertTileExists(tile: Tile, size: number): void {
  const hashes = hashesAt(tile.level === "entries" ? 0 : tile.level, size);
  if (tile.index * tileWidth + tile.width > hashes) {
    throw refuse("log/tile-range", `${formatTilePath(tile)} is not complete at size ${size}.`);
  }
}

/**
 * Bytes of a tile of hashes. Partial tiles of earlier sizes stay readable.
 *
 * @param size of the log; the reader holds that many leaves
 * @throws Refusal `log/tile-range` where the tile is not complete at that size
 */
export function tileBytes(nodes: NodeReader, tile: HashTile, size: number): Uint8Array {
  assertTileExists(tile, size);
  const hashes = Array.from({ length: tile.width }, (_, i) =>
    storedNode(nodes, tileHeight * tile.level, tile.index * tileWidth + i),
  );
  return concat(...hashes);
}

/**
 * The entries [start, end) that a bundle holds.
 *
 * @throws Refusal `log/tile-range` where they are not all there at that size
 */
export function bundleRange(tile: Tile, size: number): { readonly start: number; readonly end: number } {
  assertTileExists({ ...tile, level: "entries" }, size);
  const start = tile.index * tileWidth;
  return { start, end: start + tile.width };
}
