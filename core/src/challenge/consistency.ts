import { fromBase64, fromUtf8, toBase64, concat, utf8 } from "../bytes/index.ts";
import type { Crypto } from "../keys/index.ts";
import { assertConsistency, type Checkpoint } from "../log/index.ts";
import type { TrustDocument } from "../trust/index.ts";
import { refuse } from "./errors.ts";
import { openVouched, type VouchedCheckpoint } from "./vouched.ts";

/** That the log of a checkpoint begins with the entries of an older one. */
export interface ConsistencyAnswer {
  /** The older size. */
  readonly from: number;
  readonly path: readonly Uint8Array[];
  /** The newer checkpoint: a C2SP note. */
  readonly checkpoint: Uint8Array;
}

const MAX_BYTES = 131_072;
const MAX_HASHES = 63;

/** The body that c2sp.org/tlog-witness takes for a new checkpoint (PROTOCOL O-14). */
export function encodeConsistency({ checkpoint, from, path }: ConsistencyAnswer): Uint8Array {
  return concat(utf8(`${[`old ${from}`, ...path.map(toBase64)].join("\n")}\n\n`), checkpoint);
}

/** @throws Refusal `challenge/form`, `bytes/base64`, `bytes/utf8` */
export function decodeConsistency(bytes: Uint8Array): ConsistencyAnswer {
  if (bytes.length > MAX_BYTES) throw refuse("challenge/form", `Got ${bytes.length} bytes.`);
  const text = fromUtf8(bytes);
  const end = text.indexOf("\n\n");
  const [old = "", ...hashes] = text.slice(0, Math.max(end, 0)).split("\n");
  const from = Number(/^old (0|[1-9][0-9]{0,15})$/.exec(old)?.[1]);
  if (!Number.isSafeInteger(from) || hashes.length > MAX_HASHES) throw refuse("challenge/form", `See its first line.`);
  return { checkpoint: utf8(text.slice(end + 2)), from, path: hashes.map(fromBase64) };
}

/**
 * Checks that a log continues a checkpoint that the checker remembers.
 *
 * @param old what is remembered
 * @throws Refusal `log/…`, `challenge/…`, `bytes/…`
 */
export function verifyConsistency(
  crypto: Crypto,
  trust: TrustDocument,
  old: Checkpoint,
  bytes: Uint8Array,
): VouchedCheckpoint {
  const { checkpoint: note, from, path } = decodeConsistency(bytes);
  const checkpoint = openVouched(crypto, trust, note);
  if (old.origin !== checkpoint.origin) throw refuse("challenge/ledger", old.origin);
  if (old.size !== from) throw refuse("challenge/form", `It begins at size ${from}, remembered is ${old.size}.`);
  assertConsistency(crypto, { from, fromRoot: old.root, path, to: checkpoint.size, toRoot: checkpoint.root });
  return checkpoint;
}
