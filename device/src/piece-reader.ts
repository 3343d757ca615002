/** How a content is cut: pieces of `pieceSize` bytes from byte `from` on, the last one ending at byte `size`. */
export interface Cutting {
  readonly from: number;
  readonly size: number;
  readonly pieceSize: number;
}

export type Cut =
  | { readonly type: "piece"; readonly bytes: Uint8Array }
  /** The content ended, or went on behind `size`; `size` counts what was seen from byte 0. */
  | { readonly type: "end"; readonly size: number };

/** Cuts a stream of any chunks into pieces; holds one piece, and reads one chunk at most behind the size. */
export async function* cut(
  content: AsyncIterable<Uint8Array>,
  { from, size, pieceSize }: Cutting,
): AsyncGenerator<Cut> {
  let piece = new Uint8Array(Math.min(pieceSize, size - from));
  let filled = 0;
  let seen = from;
  for await (const chunk of content) {
    for (let at = 0; at < chunk.length && piece.length > 0;) {
      const part = chunk.subarray(at, at + piece.length - filled);
      piece.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < piece.length) continue;
      yield { type: "piece", bytes: piece };
      piece = new Uint8Array(Math.min(pieceSize, size - seen - at));
      filled = 0;
    }
    seen += chunk.length;
    if (seen > size) break;
  }
  yield { type: "end", size: seen };
}
