import { setTimeout as delay } from "node:timers/promises";
import { Refusal } from "@firmament/core/errors";
import { tables } from "@firmament/core/registry";
import { currentRecord, type Ledger, type Replica } from "@firmament/replica";
import { signTransaction } from "../signing/index.ts";
import type { WitnessIdentity, WitnessLog } from "./ports.ts";
import type { TrustInForce } from "./trust-in-force.ts";

const LIFETIME = 300;
const LONGEST_WAIT = 3600;

/** What ticking needs. */
export interface TickerParts {
  readonly replica: Replica;
  readonly ledger: Ledger;
  readonly identity: WitnessIdentity;
  readonly trust: TrustInForce;
  /** Seconds since 1970. */
  readonly clock: () => number;
  readonly log: WitnessLog;
}

/**
 * Ticks where nothing else happens (PROTOCOL W-4): the first node to find the last entry older than a third of the
 * freshness limit ticks, the others are early.
 */
export class Ticker {
  readonly #parts: TickerParts;

  constructor(parts: TickerParts) {
    this.#parts = parts;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    while (!signal.aborted) {
      const wait = Math.min(Math.max(this.#due() - clock(), 1), LONGEST_WAIT);
      await delay(wait * 1000, undefined, { signal, ref: false }).catch(() => undefined);
      const time = clock();
      if (!signal.aborted && time >= this.#due()) await this.#tick(time, signal);
    }
  }

  /** When the newest entry is a third of the limit old, seconds since 1970. */
  #due(): number {
    const { replica, trust } = this.#parts;
    const consortium = currentRecord(replica.database, tables.consortium)?.freshness ?? 60;
    return replica.status.time + Math.floor(Math.min(consortium, trust.document.freshness) / 3);
  }

  async #tick(time: number, signal: AbortSignal): Promise<void> {
    const { identity, ledger, log, replica } = this.#parts;
    const draft = { body: { time }, expires: time + LIFETIME, ledger: replica.genesis.ledger, type: "tick" } as const;
    try {
      await ledger.submit(await signTransaction(identity.node, draft), signal);
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      if (cause.code !== "tick/early") log("tick", { code: cause.code, message: cause.message });
    }
  }
}
