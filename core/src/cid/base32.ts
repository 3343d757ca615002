import { show } from "../errors/index.ts";
import { refuse } from "./errors.ts";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/** Lower-case base32 without padding (RFC 4648 section 6 in the spelling of multibase `b`). */
export function toBase32(bytes: Uint8Array): string {
  let text = "";
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET.charAt((held >> (bits - 5)) & 31);
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + ALPHABET.charAt((held << (5 - bits)) & 31);
}

/** @throws Refusal `cid/text` where the text is not the canonical spelling of its bytes */
export function fromBase32(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let at = 0;
  let held = 0;
  let bits = 0;
  for (const character of text) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) throw refuse("cid/text", `Found ${show(character)}.`);
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = held >> bits;
      held &= (1 << bits) - 1;
    }
  }
  if (held !== 0 || bits >= 5) throw refuse("cid/text", "The last character has unused bits.");
  return bytes;
}
