import { concat, fromBase64, fromHex, fromUtf8, toBase64, toHex, utf8 } from "../bytes/index.ts";
import { show } from "../errors/index.ts";
import { refuse } from "./errors.ts";

/** One line under a note; says nothing about who signed until {@link openNote} has checked it. */
export interface NoteSignature {
  readonly name: string;
  /** First 4 bytes of a digest of name and key, as 8 hexadecimal digits. */
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/** A signed note (c2sp.org/signed-note v1.0.0). */
export interface Note {
  /** What is signed: text that ends in a line feed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** Bounds of a note; sizes in bytes. */
export interface NoteLimits {
  readonly maxBytes: number;
  readonly maxSignatures: number;
}

export const noteLimits: NoteLimits = { maxBytes: 65_536, maxSignatures: 100 };

const MAX_NAME_LENGTH = 255;
const KEY_ID_BYTES = 4;
const MARK = "— ";

/** @throws Refusal `log/note-name` for a text that cannot name a key */
export function assertKeyName(name: string): void {
  const isLong = name.length > MAX_NAME_LENGTH;
  if (name === "" || isLong || /[^\x21-\u{10ffff}]|[\p{White_Space}+]/u.test(name)) {
    throw refuse("log/note-name", `Got ${show(name)}.`);
  }
}

function assertText(text: string): void {
  if (!text.endsWith("\n")) throw refuse("log/note-form", "The text does not end in a line feed.");
  if (/[^\n\x20-\u{10ffff}]/u.test(text)) throw refuse("log/note-character");
}

function parseLine(line: string): NoteSignature {
  if (!line.startsWith(MARK)) throw refuse("log/note-form", `Got the line ${show(line)}.`);
  const [name = "", base64 = "", ...rest] = line.slice(MARK.length).split(" ");
  if (rest.length > 0) throw refuse("log/note-form", `Got the line ${show(line)}.`);
  assertKeyName(name);
  const bytes = fromBase64(base64);
  if (bytes.length <= KEY_ID_BYTES) throw refuse("log/note-form", `${show(name)} has ${bytes.length} bytes.`);
  return { name, keyId: toHex(bytes.subarray(0, KEY_ID_BYTES)), signature: bytes.slice(KEY_ID_BYTES) };
}

function formatLine({ name, keyId, signature }: NoteSignature): string {
  assertKeyName(name);
  return `${MARK}${name} ${toBase64(concat(fromHex(keyId), signature))}\n`;
}

/**
 * Parses a signed note, strictly: one spelling for every note, so that parse and format are inverse.
 *
 * @throws Refusal `log/note-size`, `log/note-form`, `log/note-character`, `log/note-name`, `bytes/utf8`, `bytes/base64`
 */
export function parseNote(bytes: Uint8Array, limits: NoteLimits = noteLimits): Note {
  if (bytes.length > limits.maxBytes) {
    throw refuse("log/note-size", `Got ${bytes.length} bytes, the limit is ${limits.maxBytes}.`);
  }
  const whole = fromUtf8(bytes);
  assertText(whole);
  // The text itself may have empty lines, signature lines may not: the last empty line divides them.
  const end = whole.lastIndexOf("\n\n") + 1;
  if (end === 0) throw refuse("log/note-form", "There is no empty line.");
  const lines = whole
    .slice(end + 1)
    .split("\n")
    .slice(0, -1);
  if (lines.length === 0) throw refuse("log/note-form", "There is no signature.");
  if (lines.length > limits.maxSignatures) {
    throw refuse("log/note-size", `Got ${lines.length} signatures, the limit is ${limits.maxSignatures}.`);
  }
  return { text: whole.slice(0, end), signatures: lines.map(parseLine) };
}

/**
 * Bytes of a signed note.
 *
 * @throws Refusal `log/note-form`, `log/note-character`, `log/note-name` for what no parser would accept
 */
export function formatNote({ text, signatures }: Note): Uint8Array {
  assertText(text);
  if (signatures.length === 0) throw refuse("log/note-form", "There is no signature.");
  return utf8(`${text}\n${signatures.map(formatLine).join("")}`);
}
