import type { DatabaseSync } from "node:sqlite";
import { type Crypto, verifySignature } from "@firmament/core/keys";
import { cosignatureMessage, formatCheckpoint, logErrors, rootAt } from "@firmament/core/log";
import { refusalsOf } from "@firmament/core/errors";
import { cosignersOf, type TrustDocument } from "@firmament/core/trust";
import { refuse } from "./errors.ts";
import { logNodes } from "./log-rows.ts";
import { blob, integer, string } from "./rows.ts";
import { unflushed } from "./schema.ts";
import { prepared } from "./statements.ts";

const refuseLog = refusalsOf(logErrors);

/** One organisation's cosignature of a checkpoint of this ledger. */
export interface StoredCosignature {
  /** C2SP key id, 8 hexadecimal digits. */
  readonly keyId: string;
  readonly organisation: string;
  /** Seconds since 1970. */
  readonly time: number;
  readonly signature: Uint8Array;
}

/** Text of the checkpoint at one size, from the replica's own tree. */
export function checkpointText(database: DatabaseSync, crypto: Crypto, ledger: string, size: number): string {
  return formatCheckpoint({ origin: ledger, size, root: rootAt(crypto, logNodes(database), size) });
}

/** Cosignatures that a replica keeps: all of them, and none that it did not check against its own tree. */
export class Cosignatures {
  readonly #database: DatabaseSync;
  readonly #crypto: Crypto;
  readonly #ledger: string;

  constructor(database: DatabaseSync, crypto: Crypto, ledger: string) {
    this.#database = database;
    this.#crypto = crypto;
    this.#ledger = ledger;
  }

  /**
   * Keeps a cosignature by a cosigner of `trust`; the same again is nothing new.
   *
   * @param options without `flush` it is durable only with the next block: enough for what others tell again
   * @throws Refusal `replica/range` for a size that the replica has not reached, `log/cosignature-signature`
   */
  add(
    trust: TrustDocument,
    size: number,
    found: Omit<StoredCosignature, "organisation">,
    { flush = true }: { readonly flush?: boolean } = {},
  ): void {
    if (prepared(this.#database, "SELECT 1 FROM roots WHERE size = ?").get(size) === undefined) {
      throw refuse("replica/range", `No block ends at ${size}.`);
    }
    const cosigner = cosignersOf(this.#crypto, trust).get(found.keyId);
    const text = checkpointText(this.#database, this.#crypto, this.#ledger, size);
    const message = cosignatureMessage(found.time, text);
    if (cosigner === undefined || !verifySignature(this.#crypto, cosigner.key, message, found.signature)) {
      throw refuseLog("log/cosignature-signature", `Key ${found.keyId} at size ${size}.`);
    }
    const insert = prepared(this.#database, "INSERT OR IGNORE INTO cosignatures VALUES (?, ?, ?, ?, ?)");
    const run = () => insert.run(size, found.keyId, cosigner.organisation, found.time, found.signature);
    if (flush) run();
    else unflushed(this.#database, run);
  }

  /** Cosignatures of one checkpoint in the order of their key ids. */
  at(size: number): readonly StoredCosignature[] {
    const rows = prepared(this.#database, "SELECT * FROM cosignatures WHERE size = ? ORDER BY key_id").all(size);
    return rows.map((row) => ({
      keyId: string(row, "key_id"),
      organisation: string(row, "organisation"),
      time: integer(row, "time"),
      signature: blob(row, "signature"),
    }));
  }

  /** The newest cosignature by one key. */
  newestOf(keyId: string): (StoredCosignature & { readonly size: number }) | undefined {
    const row = prepared(
      this.#database,
      "SELECT size FROM cosignatures WHERE key_id = ? ORDER BY size DESC LIMIT 1",
    ).get(keyId);
    const size = row === undefined ? undefined : integer(row, "size");
    const found = size === undefined ? undefined : this.at(size).find((each) => each.keyId === keyId);
    return size === undefined || found === undefined ? undefined : { ...found, size };
  }

  /** The least size from `size` on that anybody cosigned. */
  leastFrom(size: number): number | undefined {
    const row = prepared(this.#database, "SELECT size FROM cosignatures WHERE size >= ? ORDER BY size LIMIT 1").get(
      size,
    );
    return row === undefined ? undefined : integer(row, "size");
  }

  /** The largest size that at least `needed` organisations cosigned, of those whose state is still kept. */
  newest(needed: number): number | undefined {
    const row = prepared(
      this.#database,
      `SELECT size FROM cosignatures WHERE size >= (SELECT min(size) FROM roots)
       GROUP BY size HAVING count(DISTINCT organisation) >= ? ORDER BY size DESC LIMIT 1`,
    ).get(needed);
    return row === undefined ? undefined : integer(row, "size");
  }

  /** Sizes below one that a quorum cosigned, newest first. */
  newestBelow(size: number, needed: number, count: number): readonly number[] {
    const rows = prepared(
      this.#database,
      "SELECT size FROM cosignatures WHERE size < ? GROUP BY size HAVING count(DISTINCT organisation) >= ? ORDER BY size DESC LIMIT ?",
    ).all(size, needed, count);
    return rows.map((row) => integer(row, "size"));
  }
}
