import { BinaryWriter } from "cosmjs-types/binary";

/** Longest message of the engine, bytes: a block with all that ABCI says around it. */
const MAX_MESSAGE = 64 * 1024 * 1024;

function prefixOf(length: number): readonly number[] {
  const prefix: number[] = [];
  let rest = length;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) prefix.push((rest % 128) | 0x80);
  return [...prefix, rest];
}

/**
 * Writes a message with its length before it, as the ABCI socket protocol frames it: uvarint ‖ protobuf. The writer that it
 * extends takes a new block of 8 KiB for each message, which costs more than all else of a short one. It may leave a byte out
 * that it has counted: none of them may be anything that was in memory before.
 */
export class FrameWriter extends BinaryWriter {
  override finish(): Uint8Array {
    const prefix = prefixOf(this.len);
    const framed = Buffer.allocUnsafe(prefix.length + this.len).fill(0);
    framed.set(prefix);
    let at = prefix.length;
    for (let part = this.head.next; part !== undefined; part = part.next) {
      part.proceed(framed, at);
      at += part.len;
    }
    return framed;
  }
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

/** Cuts a byte stream into its messages. */
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
