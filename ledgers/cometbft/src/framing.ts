/** Longest message of the engine, bytes: a block with all that ABCI says around it. */
const MAX_MESSAGE = 64 * 1024 * 1024;

/** A message with its length before it, as the ABCI socket protocol frames it: uvarint ‖ protobuf. */
export function frame(message: Uint8Array): Uint8Array {
  const prefix: number[] = [];
  let length = message.length;
  for (; length >= 0x80; length = Math.floor(length / 128)) prefix.push((length % 128) | 0x80);
  prefix.push(length);
  const framed = new Uint8Array(prefix.length + message.length);
  framed.set(prefix);
  framed.set(message, prefix.length);
  return framed;
}

interface Prefix {
  readonly length: number;
  /** Bytes that the prefix itself takes. */
  readonly size: number;
}

// `undefined` while not all of it is there.
function prefixAt(bytes: Uint8Array, start: number): Prefix | undefined {
  let length = 0;
  for (let size = 1; size <= 5; size++) {
    const byte = bytes[start + size - 1];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * 128 ** (size - 1);
    if (byte < 0x80) return { length, size };
  }
  throw new RangeError("an ABCI message has no length");
}

/** Cuts a byte stream into the messages that {@link frame} put into it. */
export class FrameReader {
  #held: Uint8Array = new Uint8Array();

  /**
   * @returns the messages that are whole now, in order
   * @throws RangeError for a message longer than any that the engine sends
   */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const messages: Uint8Array[] = [];
    let at = 0;
    for (let prefix = prefixAt(bytes, at); prefix !== undefined; prefix = prefixAt(bytes, at)) {
      if (prefix.length > MAX_MESSAGE) throw new RangeError(`an ABCI message has ${prefix.length} bytes`);
      const start = at + prefix.size;
      if (bytes.length < start + prefix.length) break;
      messages.push(bytes.subarray(start, start + prefix.length));
      at = start + prefix.length;
    }
    this.#held = bytes.subarray(at);
    return messages;
  }
}
