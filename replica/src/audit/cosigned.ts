import type { DatabaseSync } from "node:sqlite";
import { equal, toHex } from "@firmament/core/bytes";
import { type Crypto, verifySignature } from "@firmament/core/keys";
import { cosignatureMessage, formatCheckpoint, rootAt } from "@firmament/core/log";
import { type Cosigner, cosignersOf, decodeTrustRoot } from "@firmament/core/trust";
import { logNodes } from "../log-rows.ts";
import { blob } from "../rows.ts";
import { placeOf } from "./compare.ts";
import type { Note } from "./finding.ts";
import { count, prepareRaw, type RawRow, shown } from "./values.ts";

/** A size and a root that somebody remembers of a ledger. */
export interface RememberedCheckpoint {
  readonly size: number;
  /** RFC 6962 root, 32 bytes. */
  readonly root: Uint8Array;
  /** Who remembers it, for findings. */
  readonly source: string;
}

/** What an audit knows of a ledger once it has replayed it. */
export interface Replayed {
  readonly database: DatabaseSync;
  readonly crypto: Crypto;
  readonly ledger: string;
  readonly size: number;
  /** False where the replay ended before the copy did. */
  readonly isComplete: boolean;
}

/** The cosigners of every trust root of the chain: one that was retired later still vouches for what it signed. */
function allCosigners({ crypto, database }: Replayed): readonly (readonly [string, Cosigner])[] {
  const rows = database.prepare("SELECT document FROM trust_steps ORDER BY version").all();
  return rows.flatMap((row) => [...cosignersOf(crypto, decodeTrustRoot(crypto, blob(row, "document")).document)]);
}

const KEY = ["size", "key_id"];

function organisationOf(known: Replayed, row: RawRow, cosigners: ReturnType<typeof allCosigners>): string | undefined {
  const [size, time] = [count(row["size"]), count(row["time"])];
  const { organisation, signature } = row;
  if (size === undefined || time === undefined || !(signature instanceof Uint8Array)) return undefined;
  const root = rootAt(known.crypto, logNodes(known.database), size);
  const message = cosignatureMessage(time, formatCheckpoint({ origin: known.ledger, root, size }));
  return cosigners.find(
    ([id, cosigner]) =>
      id === row["key_id"] &&
      cosigner.organisation === organisation &&
      verifySignature(known.crypto, cosigner.key, message, signature),
  )?.[1].organisation;
}

/** What the kept cosignatures say. */
export interface CosignedReport {
  readonly rows: number;
  /** Largest size under which the newest trust root's threshold of organisations put true cosignatures. */
  readonly newest: number | undefined;
}

function newestOf(known: Replayed, vouched: ReadonlyMap<number, ReadonlySet<string>>): number | undefined {
  const row = known.database.prepare("SELECT document FROM trust_steps ORDER BY version DESC LIMIT 1").get();
  if (row === undefined) return undefined;
  const { threshold } = decodeTrustRoot(known.crypto, blob(row, "document")).document;
  const sizes = [...vouched].filter(([, names]) => names.size >= threshold).map(([size]) => size);
  return sizes.length === 0 ? undefined : Math.max(...sizes);
}

/**
 * Verifies every kept cosignature against the replayed log and trust chain. One of a size that the copy does not
 * reach shows that its end is gone.
 */
export function checkCosignatures(database: DatabaseSync, known: Replayed, note: Note): CosignedReport {
  const cosigners = allCosigners(known);
  const ends = known.database.prepare("SELECT 1 FROM blocks WHERE size = ?");
  const vouched = new Map<number, Set<string>>();
  let rows = 0;
  for (const row of prepareRaw(database, "SELECT * FROM cosignatures ORDER BY size, key_id").iterate()) {
    rows++;
    const where = placeOf("cosignatures", KEY, row);
    const size = count(row["size"]);
    if (size !== undefined && size > known.size) {
      if (known.isComplete) note("audit/tail", where, `the copy ends at ${known.size}`, `at least ${size} entries`);
      continue;
    }
    const isEnd = size !== undefined && ends.get(size) !== undefined;
    const organisation = isEnd ? organisationOf(known, row, cosigners) : undefined;
    if (size === undefined || organisation === undefined) {
      const found = `time ${shown(row["time"] ?? null)}, ${shown(row["organisation"] ?? null)}: not its signature`;
      note("audit/cosignatures", where, isEnd ? found : "no block ends there", "a signature of this log's checkpoint");
    } else vouched.set(size, (vouched.get(size) ?? new Set()).add(organisation));
  }
  return { newest: newestOf(known, vouched), rows };
}

/** Demands that the replayed log reaches and continues a checkpoint that is remembered elsewhere. */
export function checkRemembered(known: Replayed, { root, size, source }: RememberedCheckpoint, note: Note): void {
  if (size > known.size) {
    if (known.isComplete) note("audit/tail", source, `the copy ends at ${known.size}`, `at least ${size} entries`);
    return;
  }
  const found = rootAt(known.crypto, logNodes(known.database), size);
  if (!equal(found, root)) note("audit/checkpoint", `${source}, size ${size}`, toHex(found), toHex(root));
}
