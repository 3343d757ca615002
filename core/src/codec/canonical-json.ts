import { fromUtf8, utf8 } from "../bytes/index.ts";
import { show } from "../errors/index.ts";
import { refuse } from "./errors.ts";

/** JSON as the protocol knows it: no fractions, no null. */
export type Json = string | number | boolean | readonly Json[] | { readonly [member: string]: Json | undefined };

/** Bounds of a JSON document; sizes in bytes, depth in nested arrays and objects. */
export interface JsonLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
}

export const defaultJsonLimits: JsonLimits = { maxBytes: 65_536, maxDepth: 16 };

// ASCII without control characters, quotes and backslashes stands as it is; most texts are that.
const PLAIN = /^[ !#-[\]-~]*$/;

function encodeString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw refuse("codec/value", `The text ${show(text)} has a lone surrogate.`);
  return JSON.stringify(text);
}

function encodeNumber(value: number): string {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw refuse("codec/number", `Got ${show(value)}.`);
  return String(value);
}

// RFC 8785 orders members by UTF-16 code units, which is what < compares.
function encodeObject(value: object, depth: number): string {
  const members: string[] = [];
  for (const name of Object.keys(value).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))) {
    if (name === "__proto__") throw refuse("codec/unknown-member", 'The member "__proto__" is never allowed.');
    const member = (value as Record<string, unknown>)[name];
    if (member !== undefined) members.push(`${encodeString(name)}:${encodeValue(member, depth - 1)}`);
  }
  return `{${members.join(",")}}`;
}

function encodeValue(value: unknown, depth: number): string {
  switch (typeof value) {
    case "string":
      return encodeString(value);
    case "number":
      return encodeNumber(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      if (value === null) throw refuse("codec/type", "null is never allowed.");
      if (depth < 1) throw refuse("codec/too-deep");
      if (Array.isArray(value)) return `[${value.map((item) => encodeValue(item, depth - 1)).join(",")}]`;
      return encodeObject(value, depth);
    default:
      throw refuse("codec/type", `A ${typeof value} is no JSON value.`);
  }
}

function isOrderedObject(value: object, depth: number): boolean {
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  let previous: string | undefined;
  for (const name in value) {
    if (previous !== undefined && previous >= name) return false;
    if (name === "__proto__" || !name.isWellFormed()) return false;
    const member = (value as Record<string, unknown>)[name];
    if (member !== undefined && !isOrdered(member, depth - 1)) return false;
    previous = name;
  }
  return true;
}

// Whether JSON.stringify writes the value as it has to be: of data that was built or read in order, which nearly all is.
function isOrdered(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
      return value.isWellFormed();
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0);
    case "boolean":
      return true;
    case "object":
      if (value === null || depth < 1) return false;
      if (!Array.isArray(value)) return isOrderedObject(value, depth);
      for (let i = 0; i < value.length; i++) if (!isOrdered(value[i], depth - 1)) return false;
      return true;
    default:
      return false;
  }
}

/**
 * Canonical JSON text (RFC 8785 restricted by PROTOCOL C-1); members that are `undefined` are left out.
 *
 * @throws Refusal `codec/number`, `codec/type`, `codec/value`, `codec/too-deep`, `codec/unknown-member`
 */
export function canonicalText(value: unknown, maxDepth = defaultJsonLimits.maxDepth): string {
  return isOrdered(value, maxDepth) ? JSON.stringify(value) : encodeValue(value, maxDepth);
}

/** {@link canonicalText} as UTF-8 bytes. */
export function canonicalBytes(value: unknown, maxDepth = defaultJsonLimits.maxDepth): Uint8Array<ArrayBuffer> {
  return utf8(canonicalText(value, maxDepth));
}

// Where the string ends that begins with the quote at `start`; the text's end where none does.
function stringEnd(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === 0x5c) escapes++;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}

// Bounds the work of JSON.parse before it starts: its recursion follows brackets outside strings.
function assertDepth(text: string, maxDepth: number): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x22) i = stringEnd(text, i);
    else if (c === 0x5b || c === 0x7b) {
      if (++depth > maxDepth) throw refuse("codec/too-deep", `The limit is ${maxDepth}.`);
    } else if (c === 0x5d || c === 0x7d) depth--;
  }
}

/**
 * Decodes canonical JSON and nothing else: the value must encode to the very text that came in, which rules
 * out spaces, other orders, duplicates, other number spellings and byte order marks in one comparison.
 *
 * @throws Refusal `codec/too-large`, `codec/too-deep`, `codec/json`, `codec/number`, `codec/not-canonical`, …
 */
export function decodeCanonical(bytes: Uint8Array, limits: JsonLimits = defaultJsonLimits): Json {
  if (bytes.length > limits.maxBytes) {
    throw refuse("codec/too-large", `Got ${bytes.length} bytes, the limit is ${limits.maxBytes}.`);
  }
  const text = fromUtf8(bytes);
  assertDepth(text, limits.maxDepth);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refuse("codec/json", `Got ${show(text)}.`, { cause });
  }
  if (canonicalText(value, limits.maxDepth) !== text) throw refuse("codec/not-canonical", `Got ${show(text)}.`);
  return value as Json;
}
