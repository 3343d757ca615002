import type {
  BootChoice,
  BootTable,
  Effect,
  Memory,
  Offer,
  Place,
  State,
  Transition,
  UpdateEvent,
} from "@firmament/core/update";
import { chooseBoot, emptyMemory, indexOf, initialState, reduce } from "@firmament/core/update";
import { contentOf, limits, time } from "./samples.ts";

type Happening = UpdateEvent extends infer E ? (E extends { readonly time: number } ? Omit<E, "time"> : never) : never;

/** Thrown between two effects, as a loss of power would. */
export class Cut extends Error {}

/**
 * A device without flash: what would be durable is kept as values, each place as the release that stands whole in
 * it. Records what was asked, so that a test sees the order of effects.
 */
export class ModelDevice {
  table: BootTable;
  counters: readonly number[];
  memory: Memory = emptyMemory;
  state: State;
  running: BootChoice["running"] = "confirmed";
  readonly effects: Effect[] = [];
  /** Effects until the power goes; none where undefined. */
  powerFor: number | undefined;
  readonly #standing = new Map<string, string>();

  constructor(table: BootTable, counters: readonly number[] = table.components.map(() => 0)) {
    this.table = table;
    this.counters = counters;
    this.state = initialState(table);
    table.components.forEach((component, i) => {
      for (const place of ["a", "b", "recovery"] as const) {
        const image = component[place];
        if (image !== undefined) this.#standing.set(`${i} ${place}`, image.release);
      }
    });
  }

  /** What the journal was told: `<event>`, or `<event> <status>`. */
  get events(): readonly string[] {
    return this.effects.flatMap((each) =>
      each.type === "log" ? [[each.fact.event, each.fact.status ?? []].flat().join(" ")] : [],
    );
  }

  isIntact(index: number, place: Place): boolean {
    const image = this.table.components[index]?.[place];
    return image !== undefined && this.#standing.get(`${index} ${place}`) === image.release;
  }

  damage(index: number, place: Place): void {
    this.#standing.delete(`${index} ${place}`);
  }

  boot(): BootChoice | undefined {
    this.powerFor = undefined;
    const choice = chooseBoot(this.table, (index, place) => this.isIntact(index, place));
    if (choice === undefined) return undefined;
    this.table = choice.table;
    this.running = choice.running;
    this.give({
      type: "boot",
      running: choice.running,
      table: this.table,
      counters: this.counters,
      memory: this.memory,
    });
    return choice;
  }

  /** Gives an event and performs its effects, but not what they lead to. */
  give(event: Happening): Transition {
    const transition = reduce(this.state, { ...event, time }, limits);
    this.state = transition.state;
    for (const effect of transition.effects) {
      if (this.powerFor !== undefined && this.powerFor-- <= 0) throw new Cut();
      this.#perform(effect);
    }
    return transition;
  }

  /** Gives all pieces and the end of the content that is being fetched. */
  fetch(offer: Offer): void {
    const { storageLocation, image } = offer;
    const content = contentOf(offer.release, image.size);
    for (let index = 0; index * limits.pieceSize < image.size; index++) {
      const bytes = content.subarray(index * limits.pieceSize, (index + 1) * limits.pieceSize);
      this.give({ type: "piece", storageLocation, index, bytes });
      this.give({ type: "chunk-written", storageLocation, index, length: bytes.length });
    }
    this.give({ type: "content-ended", storageLocation, size: image.size });
  }

  /** Offers, fetches and verifies: the device then asks for its decision. */
  prepare(...offers: readonly Offer[]): void {
    this.give({ type: "offer", offers });
    for (const offer of offers) this.fetch(offer);
    for (const { storageLocation } of offers) this.give({ type: "slot-verified", storageLocation });
  }

  /** {@link prepare} and the decision to install: the device then asks for its restart. */
  install(...offers: readonly Offer[]): void {
    this.prepare(...offers);
    this.give({ type: "decided", offers });
  }

  /** {@link install}, trial boot and confirmation. */
  update(...offers: readonly Offer[]): void {
    this.install(...offers);
    this.boot();
    this.give({ type: "self-test", passed: true });
    this.give({ type: "confirm-written" });
  }

  #perform(effect: Effect): void {
    this.effects.push(effect);
    switch (effect.type) {
      case "save":
        this.memory = effect.memory;
        return;
      case "forget-fall-back":
      case "set-trial":
      case "give-trial-up":
      case "clear-trial":
      case "set-confirmed":
        this.table = effect.table;
        return;
      case "erase-slot":
        this.table = effect.table;
        this.#standing.delete(`${indexOf(this.table, effect.storageLocation)} ${effect.slot}`);
        return;
      case "write-chunk":
        return;
      case "verify-slot":
        this.#standing.set(`${indexOf(this.table, effect.storageLocation)} ${effect.slot}`, effect.image.release);
        return;
      case "raise-counter":
        this.counters = effect.counters;
        return;
      case "request-content":
      case "request-decision":
      case "reboot":
      case "log":
        return;
    }
  }
}
