import { setTimeout as delay } from "node:timers/promises";
import { Refusal } from "@firmament/core/errors";
import { decodeTransaction } from "@firmament/core/registry";
import type { Block, Ledger, Replica } from "@firmament/replica";
import { assertNotAhead, Cosigner } from "./cosigner.ts";
import { Alarms } from "./alarms.ts";
import { Carrier } from "./carrier.ts";
import { Histories } from "./histories.ts";
import type {
  Announcement,
  CosignedMemory,
  WitnessContent,
  WitnessEvidence,
  WitnessIdentity,
  WitnessLog,
  WitnessPeers,
} from "./ports.ts";
import { ReceiptCheck } from "./receipt-check.ts";
import { StorageDuty } from "./storage.ts";
import { Ticker } from "./ticker.ts";

export interface WitnessParts {
  readonly replica: Replica;
  readonly ledger: Ledger;
  readonly identity: WitnessIdentity;
  readonly content: WitnessContent;
  readonly peers: WitnessPeers;
  readonly memory: CosignedMemory;
  readonly evidence?: WitnessEvidence;
  /** Seconds since 1970. */
  readonly clock?: () => number;
  readonly log?: WitnessLog;
  /** Milliseconds from another organisation's storage receipt to its check. */
  readonly receiptCheckMs?: number;
}

const RECONNECT_MS = 500;
const RECALL_MS = 250;

/**
 * An organisation's node on a ledger that another sequences: follows its blocks, executes each again, cosigns the
 * checkpoint after it, keeps everybody's cosignatures, stores releases and ticks when nothing happens.
 */
export class Witness {
  readonly replica: Replica;
  readonly cosigner: Cosigner;
  readonly alarms: Alarms;
  readonly carrier: Carrier;
  readonly #histories: Histories;
  readonly #ended = new AbortController();
  readonly #parts: Required<Omit<WitnessParts, "receiptCheckMs">>;
  readonly #storage: StorageDuty;
  readonly #receipts: ReceiptCheck;
  readonly #ticker: Ticker;
  // By the own clock: when the newest block was made at the earliest, and when the ledger was last seen whole.
  #notBefore = 0;
  #lastLook = 0;
  #hasArrived = false;
  /** Set once the ledger showed something that the own rules refuse; the witness then cosigns nothing more. */
  fault: Refusal | undefined;

  constructor(parts: WitnessParts) {
    const clock = parts.clock ?? (() => Math.floor(Date.now() / 1000));
    const [evidence, log] = [parts.evidence ?? (() => undefined), parts.log ?? (() => undefined)];
    this.#parts = { ...parts, clock, evidence, log };
    const { identity, ledger, memory, replica } = parts;
    this.replica = replica;
    this.cosigner = new Cosigner(replica, identity, memory, clock);
    this.alarms = new Alarms(clock, log);
    this.carrier = new Carrier({ replica, ledger, alarms: this.alarms, clock });
    this.#histories = new Histories({ replica, cosigner: this.cosigner, alarms: this.alarms, evidence, log });
    this.#storage = new StorageDuty(this.#parts);
    this.#receipts = new ReceiptCheck(this.#parts, this.alarms, parts.receiptCheckMs);
    this.#ticker = new Ticker({ ...this.#parts, trust: this.cosigner.trust });
  }

  /** Follows the ledger until the signal ends it, or a fault of the ledger or of this node does. */
  async run(stop: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([stop, this.#ended.signal]);
    this.#storage.scan(signal);
    const parts = [this.#keepFollowing(signal), this.#recall(signal), this.#ticker.run(signal)];
    // A part that meets a fault ends the others; none of them is left behind.
    const ended = await Promise.allSettled(
      parts.map((part) =>
        part.catch((cause: unknown) => {
          this.#ended.abort();
          throw cause;
        }),
      ),
    );
    for (const each of ended) if (each.status === "rejected") throw each.reason;
    if (this.fault !== undefined) throw this.fault;
  }

  /**
   * Keeps another organisation's cosignature once the own replica has reached its size; an own one, that a restored
   * disk has forgotten, is remembered whoever brings it.
   *
   * @throws Refusal
   */
  receive(found: Announcement): void {
    if (this.#histories.ownerOf(found)?.organisation === this.#parts.identity.organisation) {
      this.#histories.signerOf(found);
      this.cosigner.remind(found);
    }
    this.#histories.receive(found);
  }

  /** The newest cosignatures that are true and are not of the own history, or not yet. */
  get heard(): readonly Announcement[] {
    return this.#histories.heard;
  }

  async #keepFollowing(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#follow(signal);
      } catch (cause) {
        if (!this.#survives(cause)) break;
      }
      await delay(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
    }
    this.#ended.abort();
  }

  // What the ledger cannot help is tried again; a divergence or two histories is final, and anything else a fault.
  #survives(cause: unknown): boolean {
    if (!(cause instanceof Refusal)) throw cause;
    this.#parts.log("ledger", { code: cause.code, message: cause.message });
    return this.fault === undefined;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { clock, ledger } = this.#parts;
    const { height } = await ledger.status(signal);
    const hasArrived = () => this.replica.status.height >= height;
    if (hasArrived()) await this.#arrive(signal);
    try {
      for await (const block of ledger.blocks(this.replica.status.height + 1, signal)) {
        this.#apply(block);
        this.#look(block, signal);
        // Only what was made under this node's eyes can be held against its clock; the rest, against its last look.
        this.#notBefore = block.height > height ? clock() : this.#lastLook;
        if (block.height === height) await this.#arrive(signal);
        else if (block.height > height) await this.#cosign();
      }
    } finally {
      if (hasArrived()) this.#lastLook = clock();
    }
  }

  // What the others cosigned while this node was away is of sizes that it has reached only now.
  async #arrive(signal: AbortSignal): Promise<void> {
    await this.#catchUp(signal);
    this.#hasArrived = true;
    await this.#cosign();
  }

  // A replica that applied a block from the future would be stuck there: it waits outside until its time has come.
  #apply(block: Block): void {
    try {
      assertNotAhead(block.time, this.#parts.clock());
      this.replica.apply(block);
    } catch (cause) {
      if (cause instanceof Refusal && cause.code === "witness/clock") this.alarms.raise("ledger", cause);
      if (cause instanceof Refusal && cause.code === "replica/divergence") this.fault = cause;
      throw cause;
    }
  }

  // A stamp that is wrong or old is no reason to stop following; it is a reason to withhold the cosignature.
  async #cosign(): Promise<void> {
    try {
      const announcement = await this.cosigner.cosign(this.#notBefore);
      if (announcement !== undefined) this.#parts.peers.announce(announcement);
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      this.#parts.log("not cosigned", { code: cause.code, message: cause.message });
      if (cause.code === "witness/clock") this.alarms.raise("ledger", cause);
      if (cause.code !== "witness/two-histories") return;
      this.fault = cause;
      this.#ended.abort();
    }
    this.#histories.review();
  }

  // The own disk may be an old copy, and what it forgot is with the others. With fewer of them than a quorum takes,
  // nothing that this node signs can count, so waiting for them costs nothing.
  async #recall(signal: AbortSignal): Promise<void> {
    for (let told = false; !signal.aborted; await delay(RECALL_MS, undefined, { signal }).catch(() => undefined)) {
      const answers = await this.#catchUp(signal);
      const needed = this.cosigner.trust.document.threshold - 1;
      if (answers >= needed) break;
      if (!told) this.#parts.log("waiting for nodes", { answers, needed });
      told = true;
    }
    if (signal.aborted) return;
    this.cosigner.recalled();
    if (this.#hasArrived) await this.#cosign();
  }

  #look(block: Block, signal: AbortSignal): void {
    for (const bytes of block.transactions) {
      const { body, id, type } = decodeTransaction(this.replica.crypto, bytes);
      if (type === "release.register") this.#storage.take(id, signal);
      if (type === "storage.receipt") this.#receipts.take(body.release, signal);
    }
  }

  async #catchUp(signal: AbortSignal): Promise<number> {
    let answers = 0;
    for await (const told of this.#parts.peers.collect(signal)) {
      answers++;
      for (const found of told) this.#learn(found);
    }
    return answers;
  }

  #learn(found: Announcement): void {
    try {
      this.receive(found);
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
    }
  }
}
