import type { DatabaseSync } from "node:sqlite";
import { fromBase64url, utf8 } from "@firmament/core/bytes";
import type { Crypto } from "@firmament/core/keys";
import { recordOf, type Table, tables } from "@firmament/core/registry";
import { lookup, type Multiproof, type NodeReader, type NodeRef, prove, type StateKey } from "@firmament/core/state";
import { decodeTrustRoot, type TrustDocument, type TrustStep } from "@firmament/core/trust";
import { refuse } from "./errors.ts";
import { nodeReader } from "./node-rows.ts";
import { rootRefAt } from "./replica.ts";
import { blob, integer, string } from "./rows.ts";
import { prepared } from "./statements.ts";

/** The state as it was at the end of one block, with proofs against that block's root. */
export class StateView {
  readonly size: number;
  readonly #crypto: Crypto;
  readonly #nodes: NodeReader;
  readonly #root: NodeRef | undefined;

  /** @throws Refusal `replica/range` where no block ends at `size` or its version is no longer kept */
  constructor(database: DatabaseSync, crypto: Crypto, size: number) {
    this.size = size;
    this.#crypto = crypto;
    this.#nodes = nodeReader(database);
    this.#root = rootRefAt(database, size);
    if (this.#root === undefined) throw refuse("replica/range", `No state is kept at ${size}.`);
  }

  bytes(table: { readonly name: string }, ...parts: readonly string[]): Uint8Array | undefined {
    return lookup(this.#crypto, this.#nodes, this.#root, [table.name, ...parts]);
  }

  get<T>(table: Table<T>, ...parts: readonly string[]): T | undefined {
    const value = this.bytes(table, ...parts);
    return value === undefined ? undefined : recordOf(table, value);
  }

  prove(keys: readonly StateKey[]): Multiproof {
    return prove(this.#crypto, this.#nodes, this.#root, keys);
  }

  /** The trust root in force. */
  trust(): TrustDocument {
    return decodeTrustRoot(this.#crypto, utf8(this.trustText())).document;
  }

  /** The document of the trust root in force, as it was signed. */
  trustText(): string {
    const ledger = this.get(tables.ledger);
    const found = ledger === undefined ? undefined : this.get(tables.trust, String(ledger.trust));
    if (found === undefined) throw new Error("the state lacks its trust root");
    return found.document;
  }
}

/** The trust chain from trust/1 to `version`, as bundles carry it. */
export function trustChain(database: DatabaseSync, version: number): readonly TrustStep[] {
  const rows = prepared(database, "SELECT * FROM trust_steps WHERE version <= ? ORDER BY version").all(version);
  return rows.map((row) => {
    const signatures = JSON.parse(string(row, "signatures")) as readonly { kid: string; signature: string }[];
    return {
      document: blob(row, "document"),
      signatures: signatures
        .map(({ kid, signature }) => ({ kid, signature: fromBase64url(signature) }))
        .sort((a, b) => (a.kid < b.kid ? -1 : 1)),
    };
  });
}

/** Time of the block that ends at `size`. */
export function blockTime(database: DatabaseSync, size: number): number {
  const row = prepared(database, "SELECT time FROM blocks WHERE size = ?").get(size);
  if (row === undefined) throw refuse("replica/range", `No block ends at ${size}.`);
  return integer(row, "time");
}
