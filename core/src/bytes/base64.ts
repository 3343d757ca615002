import { show } from "../errors/index.ts";
import { fromUtf8, utf8 } from "./bytes.ts";
import { refuse } from "./errors.ts";

const STANDARD = utf8("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const URL_SAFE = utf8("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

function valuesOf(alphabet: Uint8Array): Int8Array {
  const values = new Int8Array(128).fill(-1);
  for (const [i, character] of alphabet.entries()) values[character] = i;
  return values;
}

const STANDARD_VALUES = valuesOf(STANDARD);
const URL_SAFE_VALUES = valuesOf(URL_SAFE);

// Three bytes make four characters; what the last group has too many of falls off the array's end.
function encode(bytes: Uint8Array, alphabet: Uint8Array): string {
  const text = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  let at = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    const a = bytes[i] ?? 0;
    const b = bytes[i + 1] ?? 0;
    const c = bytes[i + 2] ?? 0;
    text[at++] = alphabet[a >> 2] ?? 0;
    text[at++] = alphabet[((a & 3) << 4) | (b >> 4)] ?? 0;
    text[at++] = alphabet[((b & 15) << 2) | (c >> 6)] ?? 0;
    text[at++] = alphabet[c & 63] ?? 0;
  }
  return fromUtf8(text);
}

// -1 for a character outside the alphabet.
function valueAt(text: string, i: number, values: Int8Array): number {
  return values[text.charCodeAt(i)] ?? -1;
}

function refuseFirstForeign(text: string, values: Int8Array): never {
  for (let i = 0; i < text.length; i++) {
    if (valueAt(text, i, values) < 0) throw refuse("bytes/base64", `Found ${show(text.charAt(i))} at ${i}.`);
  }
  throw new Error("no character is foreign");
}

// Four characters make three bytes; of a last group of two or three, the bits that make no byte must be zero.
function decode(text: string, values: Int8Array): Uint8Array<ArrayBuffer> {
  const rest = text.length % 4;
  if (rest === 1) throw refuse("bytes/base64", `Length ${text.length} is impossible.`);
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  const whole = text.length - rest;
  let at = 0;
  for (let i = 0; i < whole; i += 4) {
    const [a, b] = [valueAt(text, i, values), valueAt(text, i + 1, values)];
    const [c, d] = [valueAt(text, i + 2, values), valueAt(text, i + 3, values)];
    if ((a | b | c | d) < 0) refuseFirstForeign(text, values);
    bytes[at++] = (a << 2) | (b >> 4);
    bytes[at++] = (b << 4) | (c >> 2);
    bytes[at++] = (c << 6) | d;
  }
  if (rest === 0) return bytes;
  const [a, b] = [valueAt(text, whole, values), valueAt(text, whole + 1, values)];
  const c = rest === 3 ? valueAt(text, whole + 2, values) : 0;
  if ((a | b | c) < 0) refuseFirstForeign(text, values);
  bytes[at++] = (a << 2) | (b >> 4);
  if (rest === 3) bytes[at++] = (b << 4) | (c >> 2);
  const unused = rest === 3 ? c & 3 : b & 15;
  if (unused !== 0) throw refuse("bytes/base64", "The last character has unused bits that are not zero.");
  return bytes;
}

/** Base64url without padding (RFC 4648 section 5, as RFC 7515 uses it). */
export function toBase64url(bytes: Uint8Array): string {
  return encode(bytes, URL_SAFE);
}

/** @throws Refusal `bytes/base64` where the text is not the canonical spelling of its bytes */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  return decode(text, URL_SAFE_VALUES);
}

const URL_SAFE_TEXT = /^[A-Za-z0-9_-]*$/;

// Of a last group of two or three characters, the bits that make no byte.
function unusedBits(text: string): number {
  const last = valueAt(text, text.length - 1, URL_SAFE_VALUES);
  return text.length % 4 === 2 ? last & 15 : text.length % 4 === 3 ? last & 3 : 0;
}

/**
 * How many bytes a text holds, in a fraction of the time that decoding them takes.
 *
 * @throws Refusal `bytes/base64` as {@link fromBase64url}
 */
export function base64urlLength(text: string): number {
  const isCanonical = text.length % 4 !== 1 && URL_SAFE_TEXT.test(text) && unusedBits(text) === 0;
  // Where it is not, decoding says why.
  return isCanonical ? Math.floor((text.length * 3) / 4) : fromBase64url(text).length;
}

/** Base64 with padding (RFC 4648 section 4), as C2SP notes use it. */
export function toBase64(bytes: Uint8Array): string {
  const text = encode(bytes, STANDARD);
  return text.padEnd(Math.ceil(text.length / 4) * 4, "=");
}

/** @throws Refusal `bytes/base64` where the text is not the canonical spelling of its bytes */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 4 !== 0) throw refuse("bytes/base64", `Length ${text.length} is not a multiple of 4.`);
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return decode(text.slice(0, text.length - padding), STANDARD_VALUES);
}
