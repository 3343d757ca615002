import { toBase64url } from "@firmament/core/bytes";
import { Refusal, refusalsOf } from "@firmament/core/errors";
import { algorithmOf, verifySignature } from "@firmament/core/keys";
import {
  decodeTransaction,
  registryErrors,
  type Row,
  tables,
  type Transaction,
  transactionLimits,
} from "@firmament/core/registry";
import { RecentMap, refuseLedger, type Replica } from "@firmament/replica";
import type { AdmittedTransactions } from "./admitted.ts";
import type { Judged } from "./block-executor.ts";
import { refuse } from "./errors.ts";

const refuseRule = refusalsOf(registryErrors);

const RECENT = 16_384;

/** What of one organisation may wait at one node at a time: so many transactions, and so many bytes, as many as a block has. */
export const admissionLimits = { maxPending: 512, maxPendingBytes: 1_048_576 } as const;

type Identity = Row<typeof tables.identity>;

/** What of one organisation waits since the last block. A key may sign one transaction in many ways, and each of them waits. */
class Pending {
  readonly #held = new Set<string>();
  #bytes = 0;

  hasRoomFor(bytes: Uint8Array): boolean {
    return (
      this.#held.size < admissionLimits.maxPending && this.#bytes + bytes.length <= admissionLimits.maxPendingBytes
    );
  }

  add({ id, signature }: Transaction, bytes: Uint8Array): void {
    const name = `${id}.${toBase64url(signature)}`;
    if (this.#held.has(name)) return;
    this.#held.add(name);
    this.#bytes += bytes.length;
  }
}

/**
 * Who may put a transaction into the pool, before the rules judge it: the cheap refusals first, an unknown signer before
 * any signature. It looks at the committed state of the last block only, and decides nothing about authority.
 */
export class Admission {
  readonly #replica: Replica;
  readonly #clock: () => number;
  // Ids of what blocks accepted last: an older one has no effect in a block, it only takes room.
  readonly #recent = new RecentMap<true>(RECENT);
  readonly #admitted: AdmittedTransactions;
  readonly #pending = new Map<string, Pending>();

  /** @param parts `clock` in seconds: it bounds how far ahead a transaction may expire, nothing else */
  constructor(parts: {
    readonly replica: Replica;
    readonly clock: () => number;
    readonly admitted: AdmittedTransactions;
  }) {
    this.#replica = parts.replica;
    this.#clock = parts.clock;
    this.#admitted = parts.admitted;
  }

  /**
   * Takes a transaction into the pool.
   *
   * @throws Refusal of its form, `transaction/…`, `identity/…`, `organisation/…`, `ledger/busy`
   */
  admit(bytes: Uint8Array): void {
    const transaction = decodeTransaction(this.#replica.crypto, bytes);
    const identity = this.#assertWelcome(transaction);
    const waiting = this.#pendingOf(identity.organisation);
    if (!waiting.hasRoomFor(bytes)) throw refuseLedger("ledger/busy", `Much of ${identity.organisation} waits.`);
    if (!this.#isTrue(transaction, identity)) throw refuseRule("transaction/signature", transaction.kid);
    waiting.add(transaction, bytes);
    this.#admitted.remember(bytes, transaction);
  }

  /** Looks again at one that waits, after a block changed the state. @throws Refusal */
  review(bytes: Uint8Array): void {
    const transaction = this.#decode(bytes);
    const { organisation } = this.#assertWelcome(transaction);
    this.#pendingOf(organisation).add(transaction, bytes);
  }

  /**
   * Whether a proposal may carry it: it has the form of a transaction, and its signature is true where the signer is
   * known. One whose signer the same block enrols is judged when the block is executed.
   *
   * @returns whose it is, `""` for a signer that the last block does not know; `undefined` where it may not
   */
  standing(bytes: Uint8Array): string | undefined {
    try {
      const transaction = this.#decode(bytes);
      const identity = this.#replica.record(tables.identity, transaction.kid);
      if (identity === undefined) return "";
      return this.#isTrue(transaction, identity) ? identity.organisation : undefined;
    } catch (cause) {
      if (cause instanceof Refusal) return undefined;
      throw cause;
    }
  }

  /** Says that a block was committed: the engine now shows again every transaction that still waits. */
  committed(judged: readonly Judged[]): void {
    this.#pending.clear();
    for (const { bytes, outcome } of judged) {
      this.#admitted.forget(bytes);
      if (!(outcome instanceof Refusal)) this.#recent.set(outcome.transaction, true);
    }
  }

  #decode(bytes: Uint8Array): Transaction {
    return this.#admitted.find(bytes)?.transaction ?? decodeTransaction(this.#replica.crypto, bytes);
  }

  #assertWelcome(transaction: Transaction): Identity {
    const { expires, id, kid, ledger } = transaction;
    if (ledger !== this.#replica.genesis.ledger) throw refuseRule("transaction/ledger", ledger);
    const { time } = this.#replica.status;
    const latest = Math.max(time, this.#clock()) + transactionLimits.maxLifetime;
    if (expires < time || expires > latest) {
      throw refuseRule("transaction/expired", `expires is ${expires}, the time ${time}.`);
    }
    const identity = this.#replica.record(tables.identity, kid);
    if (identity === undefined) throw refuseRule("identity/unknown", kid);
    if (identity.status === "revoked") throw refuseRule("identity/revoked", kid);
    const status = this.#replica.record(tables.organisation, identity.organisation)?.status;
    if (status !== "active")
      throw refuseRule("organisation/inactive", `${identity.organisation} is ${status ?? "unknown"}.`);
    if (this.#recent.get(id) === true) throw refuse("ledger/known", id);
    return identity;
  }

  #isTrue({ algorithm, signature, signingInput }: Transaction, { key }: Identity): boolean {
    return algorithm === algorithmOf(key) && verifySignature(this.#replica.crypto, key, signingInput, signature);
  }

  #pendingOf(organisation: string): Pending {
    const found = this.#pending.get(organisation) ?? new Pending();
    this.#pending.set(organisation, found);
    return found;
  }
}
