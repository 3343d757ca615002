import { fromBase64url, fromUtf8, toBase64url } from "@firmament/core/bytes";
import { openVouched, verifyConsistency, type VouchedCheckpoint, verifyEntryProof } from "@firmament/core/challenge";
import { Refusal } from "@firmament/core/errors";
import { verifyTwoHistories } from "@firmament/core/evidence";
import { parseCheckpoint, parseNote } from "@firmament/core/log";
import { decodeGenesis } from "@firmament/core/registry";
import { decodeTrustRoot, type TrustRoot } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";
import { refuse } from "../errors.ts";
import { type Report, timeText } from "../output.ts";
import { decodeTrustFile } from "../trust-file.ts";
import { bytesOf } from "./remembered.ts";

export interface CheckOptions {
  readonly trust: string;
  readonly from?: string;
  readonly json?: boolean;
}

// A trust file is JSON with a payload, a genesis file JSON with a genesis.
async function trustOf(path: string): Promise<TrustRoot> {
  const bytes = await bytesOf(path);
  try {
    return decodeTrustRoot(nodeCrypto, decodeGenesis(nodeCrypto, bytes).trust.document);
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
  }
  decodeTrustFile(bytes);
  const { payload } = JSON.parse(fromUtf8(bytes)) as { readonly payload: string };
  return decodeTrustRoot(nodeCrypto, fromBase64url(payload));
}

function vouchedLine({ organisations, origin, root, size }: VouchedCheckpoint): string {
  return `checkpoint of ${origin}, size ${size}, root ${toBase64url(root)}, cosigned by ${organisations.join(", ")}`;
}

const jsonOf = ({ root, ...rest }: VouchedCheckpoint) => ({ ...rest, root: toBase64url(root) });

// O-9: a proof about the past must not be taken for one about the present.
const pastOf = (later: number): string => (later === 0 ? "" : `, which ${later} later entries may have changed`);

function checkEntry(bytes: Uint8Array, { document }: TrustRoot): Report {
  const { checkpoint, entry, index, records } = verifyEntryProof(nodeCrypto, document, bytes);
  const recordLines = records.map(({ key, value }) => `  ${JSON.stringify(key)}: ${value ?? "absent"}`);
  return {
    json: { checkpoint: jsonOf(checkpoint), entry, index, kind: "entry", records },
    lines: [
      vouchedLine(checkpoint),
      `entry ${index} of ${timeText(entry.time)}: transaction ${entry.transaction}`,
      ...(records.length === 0 ? [] : [`state after it${pastOf(checkpoint.size - 1 - index)}:`, ...recordLines]),
      "✓ proven",
    ],
  };
}

async function checkConsistency(bytes: Uint8Array, { document }: TrustRoot, from: string | undefined): Promise<Report> {
  if (from === undefined) throw refuse("cli/usage", "--from names the note of the checkpoint that is remembered.");
  const old = parseCheckpoint(parseNote(await bytesOf(from)).text);
  const checkpoint = verifyConsistency(nodeCrypto, document, old, bytes);
  return {
    json: { checkpoint: jsonOf(checkpoint), from: old.size, kind: "consistency" },
    lines: [vouchedLine(checkpoint), `✓ it continues the remembered one of size ${old.size}`],
  };
}

function checkHistories(bytes: Uint8Array, trust: TrustRoot): Report {
  const { both, first, ledger, second } = verifyTwoHistories(nodeCrypto, bytes, {
    digest: trust.digest,
    version: trust.document.version,
  });
  return {
    json: { both, first: jsonOf(first), kind: "two histories", ledger, second: jsonOf(second) },
    lines: [
      vouchedLine(first),
      vouchedLine(second),
      both.length === 0 ? "nobody cosigned both" : `cosigned both: ${both.join(", ")}`,
      "✓ proven: the larger does not continue the smaller; the ledger has two histories",
    ],
  };
}

/**
 * Checks any file that a `log` command gives out, offline: a tlog-proof, a consistency proof, a proof of two
 * histories, or a checkpoint.
 *
 * @throws Refusal of what is wrong with it
 */
export async function check(path: string, options: CheckOptions): Promise<Report> {
  const bytes = await bytesOf(path);
  const trust = await trustOf(options.trust);
  const start = String.fromCharCode(...bytes.subarray(0, 22));
  if (start.startsWith("c2sp.org/tlog-proof@v1")) return checkEntry(bytes, trust);
  if (start.startsWith("old ")) return checkConsistency(bytes, trust, options.from);
  if (start.startsWith("{")) return checkHistories(bytes, trust);
  const checkpoint = openVouched(nodeCrypto, trust.document, bytes);
  return { json: { checkpoint: jsonOf(checkpoint), kind: "checkpoint" }, lines: [vouchedLine(checkpoint), "✓ proven"] };
}
