import { toBase64url } from "@firmament/core/bytes";
import type { Refusal } from "@firmament/core/errors";
import {
  emptyJournal,
  headAfter,
  type JournalFact,
  type JournalHead,
  journalSigningInput,
  nextEntry,
} from "@firmament/core/journal";
import type { Crypto, Signer } from "@firmament/core/keys";
import {
  defaultUpdateLimits,
  type Effect,
  indexOf,
  initialState,
  type Offer,
  reduce,
  type Slot,
  type State,
  type UpdateEvent,
  type UpdateLimits,
} from "@firmament/core/update";
import { Bootloader } from "./bootloader.ts";
import type { ContentSource } from "./content-source.ts";
import type { Decider } from "./decider.ts";
import { eraseRange, type Flash, FlashRegion } from "./flash.ts";
import type { deviceErrors } from "./errors.ts";
import { isImageIntact } from "./image-check.ts";
import { JournalStore } from "./journal-store.ts";
import { type FlashLayout, placeOf } from "./layout.ts";
import { cut } from "./piece-reader.ts";
import type { DeviceRecords } from "./records.ts";

/** What a device is made of. */
export interface DeviceParts {
  /** Id under which the device writes its journal. */
  readonly device: string;
  readonly flash: Flash;
  readonly layout: FlashLayout;
  readonly records: DeviceRecords;
  readonly source: ContentSource;
  readonly decider: Decider;
  readonly crypto: Crypto;
  /** The device's own key. */
  readonly signer: Signer;
  readonly limits?: UpdateLimits;
}

type Request<T> = Extract<Effect, { readonly type: T }>;

/**
 * One start of the device, from its bootloader to its next restart: performs the update client's effects on flash.
 * Times are seconds since 1970, for the journal only. Whatever is thrown out of a method (a loss of power, a flash
 * fault) ends this start; the next one finds what was durable. Nothing is retried here.
 */
export class DeviceRuntime {
  readonly #parts: DeviceParts;
  readonly #limits: UpdateLimits;
  readonly #journal: JournalStore;
  #state: State;
  #journalHead: JournalHead;
  #wanted: Request<"request-content" | "request-decision"> | undefined;
  #isRestarting = false;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(parts: DeviceParts) {
    this.#parts = parts;
    this.#limits = parts.limits ?? defaultUpdateLimits;
    if (this.#limits.pieceSize % parts.flash.eraseSize !== 0)
      throw new RangeError("a piece must be made of erase blocks");
    this.#journal = new JournalStore(new FlashRegion(parts.flash, parts.layout.journal));
    const last = this.#journal.entries().at(-1)?.entry;
    this.#journalHead = last === undefined ? emptyJournal(parts.device) : headAfter(parts.crypto, last);
    this.#state = initialState(parts.records.table);
  }

  /**
   * Starts the device.
   *
   * @throws NothingBootable
   */
  static async start(parts: DeviceParts, time: number): Promise<DeviceRuntime> {
    const { records } = parts;
    const lost = records.lost;
    const { running, table } = new Bootloader(parts.flash, parts.layout, records).start();
    const runtime = new DeviceRuntime(parts);
    const status: keyof typeof deviceErrors = "device/record-lost";
    for (const name of lost) await runtime.#log({ event: `${name}-lost`, status, time });
    records.repair();
    await runtime.#give({ type: "boot", running, table, counters: records.counters, memory: records.memory, time });
    return runtime;
  }

  get state(): State {
    return this.#state;
  }

  /** The device asked to be started again; this object does nothing more. */
  get isRestarting(): boolean {
    return this.#isRestarting;
  }

  /** Begins an update; the reason where the device does not want it. Its content is fetched by {@link work}. */
  offer(offers: readonly Offer[], time: number): Promise<Refusal | undefined> {
    return this.#give({ type: "offer", offers, time });
  }

  selfTest(passed: boolean, time: number): Promise<Refusal | undefined> {
    return this.#give({ type: "self-test", passed, time });
  }

  bootTimeout(time: number): Promise<Refusal | undefined> {
    return this.#give({ type: "boot-timeout", time });
  }

  cancel(time: number): Promise<Refusal | undefined> {
    return this.#give({ type: "cancel", time });
  }

  /**
   * Fetches what the update still lacks, checks it, has it decided again and asks for the trial boot.
   *
   * @returns why content, a slot or the release was refused, which ended the update; or, where the phase is still
   *   `deciding`, why it has to wait
   * @throws whatever the source or the decider throws; what was written stays, and `work` can be called again
   */
  async work(time: number, signal?: AbortSignal): Promise<Refusal | undefined> {
    for (let request = this.#wanted; request !== undefined; request = this.#wanted) {
      const refusal = await (request.type === "request-content"
        ? this.#fetch(request, time, signal)
        : this.#decide(request, time, signal));
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  async #decide(
    request: Request<"request-decision">,
    time: number,
    signal?: AbortSignal,
  ): Promise<Refusal | undefined> {
    const ruling = await this.#parts.decider.decide(request.offers, signal);
    signal?.throwIfAborted();
    if (ruling.action === "wait") return ruling.refusal;
    // An update that was cancelled meanwhile, and another one begun, has no use for this ruling.
    if (this.#wanted !== request) return undefined;
    this.#wanted = undefined;
    return ruling.action === "install"
      ? this.#give({ type: "decided", offers: ruling.offers, time })
      : this.#give({ type: "declined", refusal: ruling.refusal, time });
  }

  async #fetch(request: Request<"request-content">, time: number, signal?: AbortSignal): Promise<Refusal | undefined> {
    const { storageLocation, image } = request.offer;
    const target = this.#state.memory.targets.find((each) => each.offer.storageLocation === storageLocation);
    const from = target?.bytes ?? 0;
    let index = target?.pieces ?? 0;
    const content = this.#parts.source.open(request.offer, from, signal);
    for await (const next of cut(content, { from, size: image.size, pieceSize: this.#limits.pieceSize })) {
      signal?.throwIfAborted();
      // A cancelled update no longer wants this content, even where another one wants the same component's.
      if (this.#wanted !== request) return undefined;
      if (next.type === "end") {
        this.#wanted = undefined;
        return this.#give({ type: "content-ended", storageLocation, size: next.size, time });
      }
      const refusal = await this.#give({ type: "piece", storageLocation, index: index++, bytes: next.bytes, time });
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  // Events take turns: one event's effects are done before the next event is looked at.
  #give(event: UpdateEvent): Promise<Refusal | undefined> {
    const turn = this.#turn.then(() => this.#drain(event));
    this.#turn = turn;
    return turn;
  }

  async #drain(first: UpdateEvent): Promise<Refusal | undefined> {
    let refused: Refusal | undefined;
    const events = [first];
    for (let event = events.shift(); event !== undefined && !this.#isRestarting; event = events.shift()) {
      const { state, effects, refusal } = reduce(this.#state, event, this.#limits);
      this.#state = state;
      refused ??= refusal;
      if (state.phase !== "downloading" && state.phase !== "deciding") this.#wanted = undefined;
      for (const effect of effects) events.push(...(await this.#perform(effect, event.time)));
    }
    return refused;
  }

  async #perform(effect: Effect, time: number): Promise<readonly UpdateEvent[]> {
    const { records } = this.#parts;
    switch (effect.type) {
      case "save":
        records.memory = effect.memory;
        return [];
      case "forget-fall-back":
      case "set-trial":
      case "give-trial-up":
      case "clear-trial":
        records.table = effect.table;
        return [];
      case "set-confirmed":
        records.table = effect.table;
        return [{ type: "confirm-written", time }];
      case "raise-counter":
        records.counters = effect.counters;
        return [];
      case "request-content":
      case "request-decision":
        this.#wanted = effect;
        return [];
      case "reboot":
        this.#isRestarting = true;
        return [];
      case "log":
        await this.#log(effect.fact);
        return [];
      case "erase-slot":
      case "write-chunk":
      case "verify-slot":
        return this.#performOnSlot(effect, time);
    }
  }

  #performOnSlot(
    effect: Extract<Effect, { readonly type: "erase-slot" | "write-chunk" | "verify-slot" }>,
    time: number,
  ): readonly UpdateEvent[] {
    const { storageLocation } = effect;
    const flash = this.#slot(storageLocation, effect.slot);
    switch (effect.type) {
      case "erase-slot":
        this.#parts.records.table = effect.table;
        eraseRange(flash, effect.from, flash.size);
        return [];
      case "write-chunk":
        flash.write(effect.offset, effect.bytes);
        return [{ type: "chunk-written", storageLocation, index: effect.index, length: effect.bytes.length, time }];
      case "verify-slot":
        return [{ type: isImageIntact(flash, effect.image) ? "slot-verified" : "slot-failed", storageLocation, time }];
    }
  }

  #slot(storageLocation: string, slot: Slot): Flash {
    const { flash, layout } = this.#parts;
    return placeOf(flash, layout, indexOf(this.#state.table, storageLocation), slot);
  }

  async #log(fact: JournalFact): Promise<void> {
    const { crypto, signer } = this.#parts;
    const entry = nextEntry(this.#journalHead, fact);
    const signature = await signer.sign(journalSigningInput(crypto, entry));
    this.#journal.append({ entry, signature: toBase64url(signature) });
    this.#journalHead = headAfter(crypto, entry);
  }
}
