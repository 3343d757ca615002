import type { DatabaseSync } from "node:sqlite";
import { equal, toHex } from "@firmament/core/bytes";
import { type Crypto, verifySignature } from "@firmament/core/keys";
import { cosignatureMessage, formatCheckpoint, rootAt } from "@firmament/core/log";
import { type Cosigner, cosignersOf, decodeTrustRoot, type TrustDocument } from "@firmament/core/trust";
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

function cosignerOf(known: Replayed, row: RawRow, cosigners: ReturnType<typeof allCosigners>): Cosigner | undefined {
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
  )?.[1];
}

/** What the kept cosignatures say. */
export interface CosignedReport {
  readonly rows: number;
  /** Largest size under which the newest trust root's threshold of its organisations put cosignatures that count. */
  readonly newest: number | undefined;
  /** Largest size of the copy that each organisation truly cosigned, by whatever key. */
  readonly cosigners: ReadonlyMap<string, number>;
}

// Who cosigned what, of true cosignatures alone.
class Tally {
  readonly #trust: TrustDocument;
  readonly #current: ReadonlyMap<string, Cosigner>;
  readonly #vouched = new Map<number, Set<string>>();
  readonly cosigners = new Map<string, number>();

  constructor({ crypto, database }: Replayed) {
    const row = database.prepare("SELECT document FROM trust_steps ORDER BY version DESC LIMIT 1").get();
    this.#trust = decodeTrustRoot(crypto, blob(row ?? {}, "document")).document;
    this.#current = cosignersOf(crypto, this.#trust);
  }

  add(size: number, row: RawRow, { organisation }: Cosigner): void {
    this.cosigners.set(organisation, Math.max(this.cosigners.get(organisation) ?? 0, size));
    if (this.#counts(row)) this.#vouched.set(size, (this.#vouched.get(size) ?? new Set()).add(organisation));
  }

  // As O-12 counts: a key that was retired, or whose delegation had ended, may be anybody's.
  #counts(row: RawRow): boolean {
    const current = this.#current.get(String(row["key_id"]));
    return current !== undefined && (count(row["time"]) ?? Infinity) <= current.until;
  }

  get newest(): number | undefined {
    let newest: number | undefined;
    for (const [size, names] of this.#vouched) {
      if (names.size >= this.#trust.threshold) newest = Math.max(newest ?? 0, size);
    }
    return newest;
  }
}

/**
 * Verifies every kept cosignature against the replayed log and trust chain. One of a size that the copy does not
 * reach shows that its end is gone.
 */
export function checkCosignatures(database: DatabaseSync, known: Replayed, note: Note): CosignedReport {
  const cosigners = allCosigners(known);
  const ends = known.database.prepare("SELECT 1 FROM blocks WHERE size = ?");
  const tally = new Tally(known);
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
    const cosigner = isEnd ? cosignerOf(known, row, cosigners) : undefined;
    if (size === undefined || cosigner === undefined) {
      const found = `time ${shown(row["time"] ?? null)}, ${shown(row["organisation"] ?? null)}: not its signature`;
      note("audit/cosignatures", where, isEnd ? found : "no block ends there", "a signature of this log's checkpoint");
    } else tally.add(size, row, cosigner);
  }
  return { cosigners: tally.cosigners, newest: tally.newest, rows };
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
