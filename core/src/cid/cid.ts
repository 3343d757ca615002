import { concat } from "../bytes/index.ts";
import { type Decoder, text } from "../codec/index.ts";
import { show } from "../errors/index.ts";
import { fromBase32, toBase32 } from "./base32.ts";
import { refuse } from "./errors.ts";

declare const cidBrand: unique symbol;

/** Canonical text of a CIDv1: 59 characters, safe as a file name and as a path segment of a URL. */
export type Cid = string & { readonly [cidBrand]: true };

/** What a block is: bytes of the content, or an inner node. */
export type Codec = "raw" | "dag-pb";

/** A CID taken apart; `digest` is the SHA-256 of the block (32 bytes). */
export interface CidParts {
  readonly codec: Codec;
  readonly digest: Uint8Array;
}

// Multicodec and multihash codes: https://github.com/multiformats/multicodec/blob/master/table.csv
const VERSION = 0x01;
const RAW = 0x55;
const DAG_PB = 0x70;
const SHA2_256 = 0x12;
const DIGEST_BYTES = 32;

// More than any CID of another hash function needs, so that it is refused for its hash and not for its length.
const MAX_CHARACTERS = 128;

/** Binary CID: version, codec, hash function, digest length, digest (36 bytes). */
export function cidBytes({ codec, digest }: CidParts): Uint8Array<ArrayBuffer> {
  return concat(Uint8Array.of(VERSION, codec === "raw" ? RAW : DAG_PB, SHA2_256, DIGEST_BYTES), digest);
}

export function formatCid(parts: CidParts): Cid {
  return `b${toBase32(cidBytes(parts))}` as Cid;
}

function codecOf(code: number | undefined): Codec {
  if (code === RAW) return "raw";
  if (code === DAG_PB) return "dag-pb";
  throw refuse("cid/codec", `Got code ${show(code)}.`);
}

/**
 * Takes the text of a CID apart.
 *
 * @throws Refusal `cid/text`, `cid/version`, `cid/codec`, `cid/hash`
 */
export function parseCid(written: string): CidParts {
  if (written.length > MAX_CHARACTERS || !written.startsWith("b")) throw refuse("cid/text", `Got ${show(written)}.`);
  const bytes = fromBase32(written.slice(1));
  if (bytes[0] !== VERSION) throw refuse("cid/version", `Got ${show(bytes[0])}.`);
  const codec = codecOf(bytes[1]);
  if (bytes[2] !== SHA2_256 || bytes[3] !== DIGEST_BYTES || bytes.length !== DIGEST_BYTES + 4) {
    throw refuse("cid/hash", `Got ${show(written)}.`);
  }
  return { codec, digest: bytes.slice(4) };
}

/**
 * Checks the text of a CID and keeps it as it is: its spelling is unique.
 *
 * @throws Refusal as {@link parseCid}
 */
export function asCid(written: string): Cid {
  return formatCid(parseCid(written));
}

const memberText = text({ max: MAX_CHARACTERS });

/** Decodes a member of a document that holds a CID; refuses as `text` does, then as {@link parseCid}. */
export const cidText: Decoder<Cid> = (value, path) => asCid(memberText(value, path));
