import type { Crypto } from "../keys/index.ts";
import { refuse } from "./errors.ts";
import { hashBytes, nodeHash } from "./hash.ts";
import type { NodeReader } from "./node-reader.ts";
import { tileWidth } from "./tile-path.ts";
import { tileHeight } from "./tiles.ts";

/** Tiles of hashes at hand, the widest known of each level and index. Their bytes may be anyone's. */
export type TileSource = (level: number, index: number) => Uint8Array | undefined;

function foldComplete(crypto: Crypto, hashes: readonly Uint8Array[]): Uint8Array {
  const [first = new Uint8Array(0), second, ...others] = hashes;
  if (second === undefined) return first;
  if (others.length === 0) return nodeHash(crypto, first, second);
  const middle = hashes.length / 2;
  return nodeHash(crypto, foldComplete(crypto, hashes.slice(0, middle)), foldComplete(crypto, hashes.slice(middle)));
}

function tileOf(tiles: TileSource, level: number, index: number): Uint8Array {
  const bytes = tiles(level, index);
  if (bytes === undefined) throw refuse("log/tile-missing", `It is tile ${index} of level ${level}.`);
  const width = bytes.length / hashBytes;
  if (!Number.isInteger(width) || width < 1 || width > tileWidth) {
    throw refuse("log/tile-bytes", `Tile ${index} of level ${level} has ${bytes.length} bytes.`);
  }
  return bytes;
}

/**
 * Reads a tree from tiles, as an auditor does from a static copy of the log. What it reads is worth as much as the
 * check of the proof that comes of it.
 *
 * @returns a reader that throws Refusal `log/tile-missing` and `log/tile-bytes`
 */
export function tileReader(crypto: Crypto, tiles: TileSource): NodeReader {
  return (level, index) => {
    const span = 2 ** (level % tileHeight);
    const tileLevel = Math.floor(level / tileHeight);
    const tileIndex = Math.floor((index * span) / tileWidth);
    const at = (index * span) % tileWidth;
    const bytes = tileOf(tiles, tileLevel, tileIndex);
    if (bytes.length < (at + span) * hashBytes) {
      throw refuse("log/tile-missing", `Tile ${tileIndex} of level ${tileLevel} is too narrow.`);
    }
    const hashes = Array.from({ length: span }, (_, i) => bytes.slice((at + i) * hashBytes, (at + i + 1) * hashBytes));
    return foldComplete(crypto, hashes);
  };
}
