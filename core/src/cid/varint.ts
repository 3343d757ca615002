/** Protocol Buffers varint of a count up to 2^53 - 1; arithmetic, since bit operators stop at 32 bits. */
export function varint(value: number): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

/**
 * Reads the varint at `at`. The value of bytes that are cut, too long or not shortest is of no meaning: the
 * caller encodes again what it read and compares.
 */
export function readVarint(bytes: Uint8Array, at: number): { readonly value: number; readonly next: number } {
  let value = 0;
  let next = at;
  for (let scale = 1; scale < 2 ** 53; scale *= 0x80) {
    const byte = bytes[next++] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) break;
  }
  return { value, next };
}
