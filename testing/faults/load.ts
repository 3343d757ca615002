import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { toBase64url } from "@firmament/core/bytes";
import { Refusal } from "@firmament/core/errors";
import type { Receipt } from "@firmament/replica";
import { signed } from "./acts.ts";
import type { FaultMember } from "./fault-member.ts";
import type { FaultNetwork } from "./fault-network.ts";

const AGAIN_MS = 100;

/** A small transaction of which any number may follow each other. */
export function declaration(network: FaultNetwork, member: Pick<FaultMember, "admin">): Promise<Uint8Array> {
  return signed(network, member, "organisation.authority", { certificate: toBase64url(randomBytes(12)) });
}

/** A transaction that the ledger acknowledged. */
export interface Acknowledged {
  readonly organisation: string;
  readonly receipt: Receipt;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Milliseconds from the first attempt to the receipt. */
  readonly took: number;
}

export interface LoadOptions {
  /** Organisations that submit, each at its own front. */
  readonly members: readonly FaultMember[];
  /** Transactions on their way at a time, of each of them. */
  readonly inFlight: number;
  /** After so many transactions it ends by itself. */
  readonly count?: number;
}

/** A closed loop of submitters: each sends its transaction again until it has the receipt, and then the next. */
export class Load {
  readonly acknowledged: Acknowledged[] = [];
  /** Refusals by code, each attempt counted. */
  readonly refused = new Map<string, number>();
  /** Transactions that were sent and not acknowledged when the load was stopped. */
  abandoned = 0;
  readonly #network: FaultNetwork;
  readonly #stop = new AbortController();
  readonly #done: Promise<unknown>;
  #left: number;

  constructor(network: FaultNetwork, { count = Infinity, inFlight, members }: LoadOptions) {
    this.#network = network;
    this.#left = count;
    const workers = members.flatMap((member) => Array.from({ length: inFlight }, () => this.#work(member)));
    this.#done = Promise.all(workers);
    // Whoever waits for it hears of a fault; nobody may wait yet.
    this.#done.catch(() => undefined);
  }

  /** Resolves when all of its count are acknowledged. @throws Error of a submitter, with a refusal that is final */
  async done(): Promise<void> {
    await this.#done;
  }

  /** Ends it; what is on its way gets a moment more. */
  async stop(): Promise<this> {
    this.#stop.abort();
    await this.#done;
    return this;
  }

  /** Milliseconds that acknowledged transactions took, of these organisations or of all. */
  latencies(...organisations: readonly string[]): readonly number[] {
    return this.acknowledged
      .filter(({ organisation }) => organisations.length === 0 || organisations.includes(organisation))
      .map(({ took }) => took);
  }

  /** Acknowledged after this time, milliseconds since 1970. */
  since(time: number): number {
    return this.acknowledged.filter(({ at }) => at > time).length;
  }

  async #work(member: FaultMember): Promise<void> {
    while (!this.#stop.signal.aborted && this.#left > 0) {
      this.#left--;
      await this.#submit(member, await declaration(this.#network, member));
    }
  }

  async #submit(member: FaultMember, transaction: Uint8Array): Promise<void> {
    for (const started = performance.now(); ; await delay(AGAIN_MS)) {
      const receipt = await this.#attempt(member, transaction);
      if (receipt !== undefined) {
        const took = performance.now() - started;
        this.#network.receipts.set(receipt.transaction, receipt);
        this.acknowledged.push({ at: Date.now(), organisation: member.name, receipt, took });
        return;
      }
      if (!this.#stop.signal.aborted) continue;
      this.abandoned++;
      return;
    }
  }

  // Nothing where the same transaction may still be taken.
  async #attempt(member: FaultMember, transaction: Uint8Array): Promise<Receipt | undefined> {
    try {
      return await member.front.submit(transaction);
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      this.refused.set(cause.code, (this.refused.get(cause.code) ?? 0) + 1);
      if (cause.status < 500) throw cause;
      return undefined;
    }
  }
}
