import type { DatabaseSync } from "node:sqlite";
import { Refusal, refusalsOf } from "@firmament/core/errors";
import { algorithmOf, type Crypto, verifySignature } from "@firmament/core/keys";
import {
  decodeTransaction,
  registryErrors,
  type Row,
  tables,
  type Transaction,
  transactionLimits,
} from "@firmament/core/registry";
import { currentRecord, receiptOf, refuseLedger } from "@firmament/replica";
import { refuse } from "./errors.ts";

const refuseRule = refusalsOf(registryErrors);

/** Transactions of one organisation that wait at one node at a time. */
export const admissionLimits = { maxPending: 512 } as const;

type Identity = Row<typeof tables.identity>;

/**
 * Who may put a transaction into the pool, before the rules judge it: the cheap refusals first, an unknown signer before
 * any signature. It looks at the committed state of the last block only, and decides nothing about authority.
 */
export class Admission {
  readonly #crypto: Crypto;
  readonly #database: DatabaseSync;
  readonly #ledger: string;
  readonly #clock: () => number;
  // Ids by organisation, since the last block.
  readonly #pending = new Map<string, Set<string>>();

  /** @param parts `clock` in seconds: it bounds how far ahead a transaction may expire, nothing else */
  constructor(parts: {
    readonly crypto: Crypto;
    /** A connection that sees committed blocks only. */
    readonly database: DatabaseSync;
    readonly ledger: string;
    readonly clock: () => number;
  }) {
    this.#crypto = parts.crypto;
    this.#database = parts.database;
    this.#ledger = parts.ledger;
    this.#clock = parts.clock;
  }

  /**
   * Takes a transaction into the pool.
   *
   * @throws Refusal of its form, `transaction/…`, `identity/…`, `organisation/…`, `ledger/busy`
   */
  admit(bytes: Uint8Array): void {
    const transaction = decodeTransaction(this.#crypto, bytes);
    const identity = this.#assertWelcome(transaction);
    const waiting = this.#pendingOf(identity.organisation);
    if (waiting.size >= admissionLimits.maxPending) {
      throw refuseLedger("ledger/busy", `${identity.organisation} has ${admissionLimits.maxPending} waiting.`);
    }
    if (!this.#isTrue(transaction, identity)) throw refuseRule("transaction/signature", transaction.kid);
    waiting.add(transaction.id);
  }

  /** Looks again at one that waits, after a block changed the state. @throws Refusal */
  review(bytes: Uint8Array): void {
    const transaction = decodeTransaction(this.#crypto, bytes);
    const { organisation } = this.#assertWelcome(transaction);
    this.#pendingOf(organisation).add(transaction.id);
  }

  /**
   * Whether a proposal may carry it: it has the form of a transaction, and its signature is true where the signer is
   * known. One whose signer the same block enrols is judged when the block is executed.
   */
  mayStandInBlock(bytes: Uint8Array): boolean {
    try {
      const transaction = decodeTransaction(this.#crypto, bytes);
      const identity = currentRecord(this.#database, tables.identity, transaction.kid);
      return identity === undefined || this.#isTrue(transaction, identity);
    } catch (cause) {
      if (cause instanceof Refusal) return false;
      throw cause;
    }
  }

  /** Says that a block was committed: the engine now shows again every transaction that still waits. */
  committed(): void {
    this.#pending.clear();
  }

  #assertWelcome(transaction: Transaction): Identity {
    const { expires, id, kid, ledger } = transaction;
    if (ledger !== this.#ledger) throw refuseRule("transaction/ledger", ledger);
    const time = currentRecord(this.#database, tables.ledger)?.time ?? 0;
    const latest = Math.max(time, this.#clock()) + transactionLimits.maxLifetime;
    if (expires < time || expires > latest) {
      throw refuseRule("transaction/expired", `expires is ${expires}, the time ${time}.`);
    }
    const identity = currentRecord(this.#database, tables.identity, kid);
    if (identity === undefined) throw refuseRule("identity/unknown", kid);
    if (identity.status === "revoked") throw refuseRule("identity/revoked", kid);
    const status = currentRecord(this.#database, tables.organisation, identity.organisation)?.status;
    if (status !== "active") {
      throw refuseRule("organisation/inactive", `${identity.organisation} is ${status ?? "unknown"}.`);
    }
    if (receiptOf(this.#database, id) !== undefined) throw refuse("ledger/known", id);
    return identity;
  }

  #isTrue({ algorithm, signature, signingInput }: Transaction, { key }: Identity): boolean {
    return algorithm === algorithmOf(key) && verifySignature(this.#crypto, key, signingInput, signature);
  }

  #pendingOf(organisation: string): Set<string> {
    const found = this.#pending.get(organisation) ?? new Set();
    this.#pending.set(organisation, found);
    return found;
  }
}
