import { utf8 } from "@firmament/core/bytes";
import { tables } from "@firmament/core/registry";
import { decodeTrustRoot, type TrustDocument } from "@firmament/core/trust";
import { currentRecord, type Replica } from "@firmament/replica";

/** The trust root that a replica's newest state names; decoded once for each version. */
export class TrustInForce {
  readonly #replica: Replica;
  #known: { readonly version: number; readonly document: TrustDocument } | undefined;

  constructor(replica: Replica) {
    this.#replica = replica;
  }

  get document(): TrustDocument {
    const { crypto, database } = this.#replica;
    const version = currentRecord(database, tables.ledger)?.trust ?? 1;
    if (this.#known?.version !== version) {
      const found = currentRecord(database, tables.trust, String(version));
      if (found === undefined) throw new Error(`the state lacks trust/${version}`);
      this.#known = { document: decodeTrustRoot(crypto, utf8(found.document)).document, version };
    }
    return this.#known.document;
  }
}
