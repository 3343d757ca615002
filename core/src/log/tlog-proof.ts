import { concat, fromBase64, fromUtf8, toBase64, utf8 } from "../bytes/index.ts";
import { show } from "../errors/index.ts";
import { parseDecimal } from "./decimal.ts";
import { refuse } from "./errors.ts";
import { hashBytes } from "./hash.ts";
import { isSize } from "./positions.ts";

/**
 * A file that proves one entry offline (c2sp.org/tlog-proof@v1). Reading it proves nothing: its checkpoint's
 * signatures and the path to that checkpoint's root are still to be checked.
 */
export interface TlogProof {
  readonly index: number;
  /** From the leaf's side up. */
  readonly path: readonly Uint8Array[];
  /** Bytes of the checkpoint's signed note, as they came. */
  readonly checkpoint: Uint8Array;
  /** What the application adds. Nothing in the proof authenticates it. */
  readonly extra?: Uint8Array;
}

/** Bounds of a proof; size in bytes. */
export interface TlogProofLimits {
  readonly maxBytes: number;
  readonly maxHashes: number;
}

export const tlogProofLimits: TlogProofLimits = { maxBytes: 131_072, maxHashes: 63 };

const HEADER = "c2sp.org/tlog-proof@v1";

function parseHash(line: string): Uint8Array {
  const hash = fromBase64(line);
  if (hash.length !== hashBytes) throw refuse("log/proof-form", `A hash has ${hash.length} bytes.`);
  return hash;
}

function parseIndex(line: string): number {
  const index = line.startsWith("index ") ? parseDecimal(line.slice("index ".length)) : undefined;
  if (index === undefined) throw refuse("log/proof-form", `Got ${show(line)} where the index is due.`);
  return index;
}

function splitAtEmptyLine(bytes: Uint8Array): { head: string; checkpoint: Uint8Array } {
  const end = bytes.findIndex((byte, i) => byte === 0x0a && bytes[i + 1] === 0x0a);
  if (end < 0) throw refuse("log/proof-form", "There is no empty line.");
  return { head: fromUtf8(bytes.subarray(0, end)), checkpoint: bytes.slice(end + 2) };
}

/**
 * Parses a proof file; the checkpoint is handed on unread.
 *
 * @throws Refusal `log/proof-size`, `log/proof-form`, `bytes/base64`, `bytes/utf8`
 */
export function parseTlogProof(bytes: Uint8Array, limits: TlogProofLimits = tlogProofLimits): TlogProof {
  if (bytes.length > limits.maxBytes) throw refuse("log/proof-size", `Got ${bytes.length} bytes.`);
  const { head, checkpoint } = splitAtEmptyLine(bytes);
  const [header, ...lines] = head.split("\n");
  if (header !== HEADER) throw refuse("log/proof-form", `Got the header ${show(header)}.`);
  const extra = lines[0]?.startsWith("extra ") === true ? fromBase64(lines[0].slice("extra ".length)) : undefined;
  const [indexLine = "", ...hashes] = extra === undefined ? lines : lines.slice(1);
  const index = parseIndex(indexLine);
  if (hashes.length > limits.maxHashes) throw refuse("log/proof-size", `Got ${hashes.length} hashes.`);
  return { index, path: hashes.map(parseHash), checkpoint, ...(extra === undefined ? {} : { extra }) };
}

/**
 * Bytes of a proof file.
 *
 * @throws Refusal `log/proof-form` for an index or a hash that no parser would accept, `log/proof-size`
 */
export function formatTlogProof({ index, path, checkpoint, extra }: TlogProof): Uint8Array {
  if (!isSize(index)) throw refuse("log/proof-form", `The index is ${show(index)}.`);
  if (path.some((hash) => hash.length !== hashBytes)) throw refuse("log/proof-form", "A hash has not 32 bytes.");
  if (path.length > tlogProofLimits.maxHashes) throw refuse("log/proof-size", `Got ${path.length} hashes.`);
  const extraLines = extra === undefined ? [] : [`extra ${toBase64(extra)}`];
  const head = [HEADER, ...extraLines, `index ${index}`, ...path.map(toBase64)];
  return concat(utf8(`${head.join("\n")}\n\n`), checkpoint);
}
