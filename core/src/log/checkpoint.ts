import { fromBase64, toBase64 } from "../bytes/index.ts";
import { show } from "../errors/index.ts";
import { parseDecimal } from "./decimal.ts";
import { refuse } from "./errors.ts";
import { hashBytes } from "./hash.ts";
import { isSize } from "./positions.ts";

/** A log's state: the text of a note that its signers vouch for (c2sp.org/tlog-checkpoint v1.0.0). */
export interface Checkpoint {
  /** Name of the log: the ledger's id, or an organisation's own log under it. */
  readonly origin: string;
  /** Number of entries. */
  readonly size: number;
  /** RFC 6962 root of those entries. */
  readonly root: Uint8Array;
}

function assertCheckpoint({ origin, size, root }: Checkpoint): void {
  if (!/^[\x20-\u{10ffff}]+$/u.test(origin)) throw refuse("log/checkpoint-origin", `Got ${show(origin)}.`);
  if (!isSize(size)) throw refuse("log/checkpoint-size", `Got ${show(size)}.`);
  if (root.length !== hashBytes) throw refuse("log/checkpoint-root", `Got ${root.length} bytes.`);
}

/**
 * The note text of a checkpoint.
 *
 * @throws Refusal `log/checkpoint-origin`, `log/checkpoint-size`, `log/checkpoint-root`
 */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  assertCheckpoint(checkpoint);
  return `${checkpoint.origin}\n${checkpoint.size}\n${toBase64(checkpoint.root)}\n`;
}

/**
 * Parses a checkpoint's note text. Each checkpoint has one spelling: cosignatures over two spellings of one tree
 * could not be counted together.
 *
 * @throws Refusal `log/checkpoint-form`, `log/checkpoint-origin`, `log/checkpoint-size`, `log/checkpoint-root`, `bytes/base64`
 */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = "", decimal = "", base64 = "", ...rest] = text.split("\n");
  if (rest.length !== 1 || rest[0] !== "") throw refuse("log/checkpoint-form", `Got ${show(text)}.`);
  const size = parseDecimal(decimal);
  if (size === undefined) throw refuse("log/checkpoint-size", `Got ${show(decimal)}.`);
  const checkpoint = { origin, size, root: fromBase64(base64) };
  assertCheckpoint(checkpoint);
  return checkpoint;
}
