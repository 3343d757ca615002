import { setTimeout as delay } from "node:timers/promises";
import { Refusal } from "@firmament/core/errors";
import { decodeTransaction, tables } from "@firmament/core/registry";
import { type Block, currentRecord, type Ledger, type Replica } from "@firmament/replica";
import { signTransaction } from "../signing/index.ts";
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
import { StorageDuty } from "./storage.ts";

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
}

const RECONNECT_MS = 500;
const RECALL_MS = 250;
const TICK_LIFETIME = 300;

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
  readonly #parts: Required<WitnessParts>;
  readonly #storage: StorageDuty;
  #caughtUp = false;
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
    this.#histories = new Histories({ replica, cosigner: this.cosigner, alarms: this.alarms, evidence });
    this.#storage = new StorageDuty(this.#parts);
  }

  /** Follows the ledger until the signal ends it, or a fault of the ledger or of this node does. */
  async run(stop: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([stop, this.#ended.signal]);
    this.#storage.scan(signal);
    const beside = [this.#recall(signal), this.#tick(signal)];
    while (!signal.aborted) {
      try {
        await this.#follow(signal);
      } catch (cause) {
        if (!this.#survives(cause)) break;
      }
      await delay(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
    }
    this.#ended.abort();
    await Promise.all(beside);
    if (this.fault !== undefined) throw this.fault;
  }

  /** Keeps another organisation's cosignature once the own replica has reached its size. @throws Refusal */
  receive(found: Announcement): void {
    this.#histories.receive(found);
  }

  // What the ledger cannot help is tried again; a divergence or two histories is final, and anything else a fault.
  #survives(cause: unknown): boolean {
    if (!(cause instanceof Refusal)) throw cause;
    this.#parts.log("ledger", { code: cause.code, message: cause.message });
    return this.fault === undefined;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { ledger } = this.#parts;
    const { height } = await ledger.status(signal);
    for await (const block of ledger.blocks(this.replica.status.height + 1, signal)) {
      this.#apply(block);
      this.#look(block, signal);
      if (block.height >= height) await this.#cosign(signal);
    }
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
  // Only the first checkpoint after a start may be an old one; how old later ones are, this node saw itself.
  async #cosign(signal: AbortSignal): Promise<void> {
    const live = this.#caughtUp;
    this.#caughtUp = true;
    // What the others cosigned while this node was away is of sizes that it has reached only now.
    if (!live) await this.#catchUp(signal);
    try {
      const announcement = await this.cosigner.cosign(live);
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
    if (this.#caughtUp) await this.#cosign(signal);
  }

  #look(block: Block, signal: AbortSignal): void {
    for (const bytes of block.transactions) {
      const { id, type } = decodeTransaction(this.replica.crypto, bytes);
      if (type === "release.register") this.#storage.take(id, signal);
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
      const { organisation } = this.#histories.signerOf(found);
      if (organisation === this.#parts.identity.organisation) this.cosigner.remind(found);
      this.receive(found);
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
    }
  }

  #tickAfter(): number {
    const consortium = currentRecord(this.replica.database, tables.consortium)?.freshness ?? 60;
    return Math.floor(Math.min(consortium, this.cosigner.trust.document.freshness) / 3);
  }

  // PROTOCOL W-4: the first node to find the last entry older than a third of the limit ticks; the others are early.
  async #tick(signal: AbortSignal): Promise<void> {
    const { clock, identity, ledger, log } = this.#parts;
    while (!signal.aborted) {
      const third = this.#tickAfter();
      const wait = Math.max(this.replica.status.time + third - clock(), 1);
      await delay(Math.min(wait, 3600) * 1000, undefined, { signal, ref: false }).catch(() => undefined);
      const time = clock();
      if (signal.aborted || time < this.replica.status.time + third) continue;
      const draft = {
        body: { time },
        expires: time + TICK_LIFETIME,
        ledger: this.replica.genesis.ledger,
        type: "tick",
      } as const;
      try {
        await ledger.submit(await signTransaction(identity.node, draft), signal);
      } catch (cause) {
        if (!(cause instanceof Refusal)) throw cause;
        if (cause.code !== "tick/early") log("tick", { code: cause.code, message: cause.message });
      }
    }
  }
}
