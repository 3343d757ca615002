import { refuse } from "./errors.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Longest array that an engine keeps beside its object, which is where most of the time of a short one goes. */
const SHORT = 64;

function shortAscii(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return undefined;
    bytes[i] = code;
  }
  return bytes;
}

/** @throws Refusal `bytes/utf8` for a lone surrogate */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  const short = text.length <= SHORT ? shortAscii(text) : undefined;
  if (short !== undefined) return short;
  if (!text.isWellFormed()) throw refuse("bytes/utf8", "The text has a lone surrogate.");
  return encoder.encode(text);
}

/** @throws Refusal `bytes/utf8` for bytes that are not UTF-8; a byte order mark stays in the text */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw refuse("bytes/utf8", "", { cause });
  }
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && compare(a, b) === 0;
}

/** Total order by unsigned bytes, shorter first where one is the other's prefix. */
export function compare(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Unsigned big-endian integer in `width` bytes; `value` must be a safe integer that fits. */
export function bigEndian(value: number, width: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(width);
  let rest = value;
  for (let i = width - 1; i >= 0; i--) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  if (rest !== 0 || value < 0) throw new RangeError(`${value} does not fit ${width} bytes`);
  return bytes;
}

/** Reads an unsigned big-endian integer; the caller bounds it where more than 53 bits are possible. */
export function fromBigEndian(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) value = value * 256 + byte;
  return value;
}
