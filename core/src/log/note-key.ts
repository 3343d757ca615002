import { concat, fromBase64, toBase64, toHex, utf8 } from "../bytes/index.ts";
import { show } from "../errors/index.ts";
import { publicKey as soundKey } from "../keys/index.ts";
import type { Crypto } from "../keys/index.ts";
import { ed25519Key } from "./ed25519.ts";
import { refuse } from "./errors.ts";
import { assertKeyName } from "./note.ts";

/** What a key of a note signs: the text as it is, or the text with a time as a witness of the tree. */
export type NoteKeyType = "ed25519" | "cosignature/v1";

/** A public key that signs notes, under a name. */
export interface NoteKey {
  readonly type: NoteKeyType;
  readonly name: string;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
}

const PUBLIC_KEY_BYTES = 32;
const TYPE_BYTES = { ed25519: 1, "cosignature/v1": 4 } as const;

function typedKey({ type, publicKey }: NoteKey): Uint8Array {
  return concat(Uint8Array.of(TYPE_BYTES[type]), publicKey);
}

function typeOf(byte: number | undefined): NoteKeyType {
  if (byte === TYPE_BYTES.ed25519) return "ed25519";
  if (byte === TYPE_BYTES["cosignature/v1"]) return "cosignature/v1";
  throw refuse("log/vkey-type", `Got type ${show(byte)}.`);
}

/** Id of a key: the first 4 bytes of SHA-256(name || 0A || type || key), as 8 hexadecimal digits. */
export function keyIdOf(crypto: Crypto, key: NoteKey): string {
  return toHex(crypto.sha256(concat(utf8(`${key.name}\n`), typedKey(key))).subarray(0, 4));
}

/** A key as text, `<name>+<key id>+<base64>` (c2sp.org/signed-note). */
export function formatVkey(crypto: Crypto, key: NoteKey): string {
  return `${key.name}+${keyIdOf(crypto, key)}+${toBase64(typedKey(key))}`;
}

/**
 * Parses a verifier key, recomputes its id and refuses a key that the protocol would not enrol.
 *
 * @throws Refusal `log/vkey-form`, `log/vkey-type`, `log/vkey-key-id`, `log/note-name`, `keys/point`, `bytes/base64`
 */
export function parseVkey(crypto: Crypto, text: string): NoteKey {
  // Base64 may hold plus signs, a name may not.
  const [name = "", keyId = "", ...base64] = text.split("+");
  assertKeyName(name);
  if (!/^[0-9a-f]{8}$/.test(keyId) || base64.length === 0) throw refuse("log/vkey-form", `Got ${show(text)}.`);
  const bytes = fromBase64(base64.join("+"));
  const type = typeOf(bytes[0]);
  if (bytes.length !== 1 + PUBLIC_KEY_BYTES) throw refuse("log/vkey-form", `Got a key of ${bytes.length - 1} bytes.`);
  const key: NoteKey = { type, name, publicKey: bytes.slice(1) };
  const due = keyIdOf(crypto, key);
  if (due !== keyId) throw refuse("log/vkey-key-id", `Got ${keyId} where ${due} is due.`);
  soundKey(ed25519Key(key.publicKey), name);
  return key;
}
