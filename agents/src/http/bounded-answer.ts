import { concat } from "@firmament/core/bytes";

/**
 * Reads an answer of at most so many bytes: whoever answers may send anything, for ever.
 *
 * @param tooLong makes what is thrown where there are more
 */
export async function boundedAnswer(answer: Response, maxBytes: number, tooLong: () => Error): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maxBytes) throw tooLong();
    chunks.push(chunk);
  }
  return concat(...chunks);
}
