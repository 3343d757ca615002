/**
 * Cuts a stream into pieces of `pieceBytes`, the last one shorter; no piece of a stream is empty. A piece is
 * valid until the next one is asked for: the buffer behind it is used again.
 */
export async function* piecesOf(source: AsyncIterable<Uint8Array>, pieceBytes: number): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(pieceBytes);
  let held = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length;) {
      const taken = chunk.subarray(at, at + pieceBytes - held);
      at += taken.length;
      // A whole piece within one chunk is handed on without a copy.
      if (taken.length === pieceBytes) {
        yield taken;
        continue;
      }
      buffer.set(taken, held);
      held += taken.length;
      if (held === pieceBytes) {
        yield buffer;
        held = 0;
      }
    }
  }
  if (held > 0) yield buffer.subarray(0, held);
}
