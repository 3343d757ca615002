import { bigEndian, concat, fromBigEndian, utf8 } from "../bytes/index.ts";
import { show } from "../errors/index.ts";
import type { Crypto } from "../keys/index.ts";
import { isEd25519 } from "./ed25519.ts";
import { refuse } from "./errors.ts";
import { keyIdOf } from "./note-key.ts";
import type { NoteSignature } from "./note.ts";
import { isSize } from "./positions.ts";

/** A key that cosigns checkpoints and nothing else. */
export interface CosignerKey {
  readonly name: string;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** "At this time this was the largest consistent tree that I had seen" (c2sp.org/tlog-cosignature v1.0.1). */
export interface Cosignature {
  /** Whole seconds since 1970. */
  readonly time: number;
  /** Ed25519, 64 bytes. */
  readonly signature: Uint8Array;
}

const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

function assertTime(time: number): void {
  if (!isSize(time)) throw refuse("log/cosignature-time", `Got ${show(time)}.`);
}

/** Id of a cosigner's key: a note key id of type 04. */
export function cosignerKeyId(crypto: Crypto, { name, publicKey }: CosignerKey): string {
  return keyIdOf(crypto, { type: "cosignature/v1", name, publicKey });
}

/**
 * The bytes that a cosigner signs.
 *
 * @param text the checkpoint's whole note text, with its last line feed
 * @throws Refusal `log/cosignature-time`
 */
export function cosignatureMessage(time: number, text: string): Uint8Array {
  assertTime(time);
  return utf8(`cosignature/v1\ntime ${time}\n${text}`);
}

/**
 * The 72 bytes that stand in a note: time as big-endian 64 bits, signature.
 *
 * @throws Refusal `log/cosignature-time`, `log/cosignature-length`
 */
export function encodeCosignature({ time, signature }: Cosignature): Uint8Array {
  assertTime(time);
  if (signature.length !== SIGNATURE_BYTES)
    throw refuse("log/cosignature-length", `The signature has ${signature.length}.`);
  return concat(bigEndian(time, TIME_BYTES), signature);
}

/** @throws Refusal `log/cosignature-time`, `log/cosignature-length` */
export function decodeCosignature(bytes: Uint8Array): Cosignature {
  if (bytes.length !== TIME_BYTES + SIGNATURE_BYTES) throw refuse("log/cosignature-length", `Got ${bytes.length}.`);
  const time = fromBigEndian(bytes.subarray(0, TIME_BYTES));
  assertTime(time);
  return { time, signature: bytes.slice(TIME_BYTES) };
}

/**
 * Checks one cosignature of a checkpoint. The message does not name the cosigner: trust one key for one cosigner only.
 *
 * @param text the checkpoint's whole note text, with its last line feed
 * @param bytes the 72 bytes of the note's signature line
 * @returns the cosignature's time, seconds since 1970
 * @throws Refusal `log/cosignature-length`, `log/cosignature-time`, `log/cosignature-signature`
 */
export function assertCosignature(crypto: Crypto, key: CosignerKey, text: string, bytes: Uint8Array): number {
  const { time, signature } = decodeCosignature(bytes);
  if (!isEd25519(crypto, key.publicKey, cosignatureMessage(time, text), signature)) {
    throw refuse("log/cosignature-signature", `The cosigner is ${show(key.name)}.`);
  }
  return time;
}

/** The signature line that carries a cosignature. */
export function cosignatureLine(crypto: Crypto, key: CosignerKey, cosignature: Cosignature): NoteSignature {
  return { name: key.name, keyId: cosignerKeyId(crypto, key), signature: encodeCosignature(cosignature) };
}
