import type { DatabaseSync } from "node:sqlite";
import { type Row, tables } from "@firmament/core/registry";
import { currentRecord } from "@firmament/replica";

type Identity = Row<typeof tables.identity>;

/** What the last block says of those who send transactions, each read once for each block. */
export class CommittedRecords {
  readonly #database: DatabaseSync;
  readonly #identities = new Map<string, Identity | undefined>();
  readonly #statuses = new Map<string, string>();
  #time: number | undefined;

  /** @param database a connection that sees committed blocks only */
  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Says that a block was committed. */
  committed(): void {
    this.#identities.clear();
    this.#statuses.clear();
    this.#time = undefined;
  }

  /** Ledger time, seconds since 1970. */
  get time(): number {
    this.#time ??= currentRecord(this.#database, tables.ledger)?.time ?? 0;
    return this.#time;
  }

  identity(kid: string): Identity | undefined {
    const known = this.#identities.get(kid);
    if (known !== undefined) return known;
    const found = currentRecord(this.#database, tables.identity, kid);
    // Only what exists is held: strangers' names have no end.
    if (found !== undefined) this.#identities.set(kid, found);
    return found;
  }

  /** `unknown` for an organisation that the ledger lacks. */
  statusOf(organisation: string): string {
    const status =
      this.#statuses.get(organisation) ??
      currentRecord(this.#database, tables.organisation, organisation)?.status ??
      "unknown";
    this.#statuses.set(organisation, status);
    return status;
  }
}
