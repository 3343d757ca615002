import { Refusal } from "@firmament/core/errors";
import { tables, type Validators } from "@firmament/core/registry";
import type { BlockFold, Receipt, Replica } from "@firmament/replica";
import type { Admitted, AdmittedTransactions } from "./admitted.ts";
import { decodeMark, encodeMark, type EngineMark } from "./mark.ts";
import { type ValidatorUpdate, validatorUpdates } from "./validators.ts";

const NO_VALIDATORS: Validators = { members: [], version: 1 };

/** One transaction of a block, and what became of it. */
export interface Judged {
  readonly bytes: Uint8Array;
  /** `undefined` where the bytes are no transaction. */
  readonly id: string | undefined;
  readonly outcome: Receipt | Refusal;
}

/** What a block made of the state, before it is durable. */
export interface Executed {
  readonly judged: readonly Judged[];
  /** RFC 6962 root of the log, 32 bytes; a block without an accepted transaction leaves it as it was. */
  readonly root: Uint8Array;
  readonly validatorUpdates: readonly ValidatorUpdate[];
}

function judge(fold: BlockFold, shown: Uint8Array, admitted: Admitted | undefined): Judged {
  // The engine's buffer is its own again once it was answered.
  const bytes = admitted?.bytes ?? new Uint8Array(shown);
  let transaction = admitted?.transaction;
  try {
    transaction ??= fold.decode(bytes);
    return { bytes, id: transaction.id, outcome: fold.execute(bytes, transaction) };
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return { bytes, id: transaction?.id, outcome: cause };
  }
}

/**
 * Executes the engine's blocks on a replica: a block is computed inside an open database transaction, and commit makes it
 * durable together with the engine's height. The same height may be executed again; only what was committed counts.
 */
export class BlockExecutor {
  readonly #replica: Replica;
  readonly #admitted: AdmittedTransactions;
  #mark: EngineMark;
  /** Height that the database has. */
  #written: number;
  #open: { readonly executed: Executed; readonly fold: BlockFold | undefined; readonly mark: EngineMark } | undefined;

  constructor(replica: Replica, admitted: AdmittedTransactions) {
    this.#admitted = admitted;
    this.#replica = replica;
    this.#mark = decodeMark(replica.mark);
    this.#written = this.#mark.height;
  }

  /** Where the engine stands after the last committed block. */
  get mark(): EngineMark {
    return this.#mark;
  }

  /** @param mark height and time of the block, as the engine decided them */
  execute(mark: EngineMark, transactions: readonly Uint8Array[]): Executed {
    this.#replica.rollback();
    this.#open = undefined;
    const fold = transactions.length === 0 ? undefined : this.#replica.begin(mark.time);
    const executed =
      fold === undefined
        ? { judged: [], root: this.#replica.status.root, validatorUpdates: [] }
        : this.#judge(fold, transactions);
    this.#open = { executed, fold, mark };
    return executed;
  }

  /**
   * Makes the executed block durable. One without an entry that follows a durable one is not written: after a restart the
   * engine shows it again.
   */
  commit(): readonly Judged[] {
    if (this.#open === undefined) throw new Error("the engine commits a block that it did not show");
    const { executed, fold, mark } = this.#open;
    this.#open = undefined;
    // What earlier blocks accepted has its receipt again, and no entry.
    const hasEntry = fold?.time !== undefined;
    const isDue = mark.height > this.#written + 1;
    if (hasEntry) this.#replica.commit(encodeMark(mark));
    else this.#replica.rollback();
    if (!hasEntry && isDue) this.#replica.keepMark(encodeMark(mark));
    if (hasEntry || isDue) this.#written = mark.height;
    this.#mark = mark;
    return executed.judged;
  }

  #judge(fold: BlockFold, transactions: readonly Uint8Array[]): Executed {
    const judged = transactions.map((bytes) => judge(fold, bytes, this.#admitted.find(bytes)));
    const before = this.#replica.record(tables.validators);
    const after = fold.record(tables.validators);
    return {
      judged,
      root: fold.root,
      validatorUpdates: before === after ? [] : validatorUpdates(before ?? NO_VALIDATORS, after ?? NO_VALIDATORS),
    };
  }
}
