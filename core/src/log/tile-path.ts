import { show } from "../errors/index.ts";
import { parseDecimal } from "./decimal.ts";
import { refuse } from "./errors.ts";

/** Hashes of a full tile, and entries of a full entry bundle. */
export const tileWidth = 256;

/** A tile of hashes, or a bundle of entries (c2sp.org/tlog-tiles). */
export interface Tile {
  /** Tile level 0 … 63, whose hashes are tree level 8 times that; or the entries themselves. */
  readonly level: number | "entries";
  readonly index: number;
  /** 1 … 256; less than 256 is a partial tile. */
  readonly width: number;
}

const SHAPE = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/;

// Groups of three digits, an x before all but the last.
function formatIndex(index: number): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, "0");
  return padded.replace(/[0-9]{3}(?=[0-9])/g, "x$&/");
}

function isTile({ level, index, width }: Tile): boolean {
  const hasLevel = level === "entries" || (Number.isInteger(level) && level >= 0 && level < 64);
  const hasWidth = Number.isInteger(width) && width >= 1 && width <= tileWidth;
  return hasLevel && hasWidth && Number.isSafeInteger(index) && index >= 0;
}

/**
 * Path of a tile below the log's prefix, as `tile/0/x001/x234/067.p/89`.
 *
 * @throws Refusal `log/tile-path` for a level, index or width that no tile has
 */
export function formatTilePath(tile: Tile): string {
  if (!isTile(tile))
    throw refuse(
      "log/tile-path",
      `Got level ${show(tile.level)}, index ${show(tile.index)}, width ${show(tile.width)}.`,
    );
  const partial = tile.width === tileWidth ? "" : `.p/${tile.width}`;
  return `tile/${tile.level}/${formatIndex(tile.index)}${partial}`;
}

/**
 * Parses the one spelling of a tile's path.
 *
 * @throws Refusal `log/tile-path`; also for an index from 2^53 on, which no log of ours reaches
 */
export function parseTilePath(path: string): Tile {
  const [, level = "", groups = "", partial] = SHAPE.exec(path) ?? [];
  const tile = {
    level: level === "entries" ? level : (parseDecimal(level) ?? -1),
    index: Number(groups.replace(/[x/]/g, "")),
    width: partial === undefined ? tileWidth : (parseDecimal(partial) ?? -1),
  } as const;
  // Writing it again rules out other spellings: leading zeros, an empty first group, a full width as a partial one.
  if (!isTile(tile) || formatTilePath(tile) !== path) throw refuse("log/tile-path", `Got ${show(path)}.`);
  return tile;
}
