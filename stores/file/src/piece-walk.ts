import type { ContentPart } from "@firmament/core/cid";

/** A piece and the place of its first byte in the content. */
export interface PlacedPiece {
  readonly piece: ContentPart;
  readonly start: number;
}

/** Fetches and verifies the parts below an inner node. */
export type PartsBelow = (node: ContentPart) => Promise<readonly ContentPart[]>;

/**
 * The pieces of a part in order, from the one that holds byte `offset`. Only the nodes on the way are opened.
 */
export async function* piecesFrom(
  part: ContentPart,
  offset: number,
  partsBelow: PartsBelow,
  start = 0,
): AsyncGenerator<PlacedPiece> {
  if (part.level === 0) {
    yield { piece: part, start };
    return;
  }
  let at = start;
  for (const below of await partsBelow(part)) {
    if (at + below.size > offset) yield* piecesFrom(below, offset, partsBelow, at);
    at += below.size;
  }
}
