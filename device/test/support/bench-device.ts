import assert from "node:assert/strict";
import { emptyJournal, verifyJournal } from "@firmament/core/journal";
import type { Crypto } from "@firmament/core/keys";
import { fallbackSequence, type Image, imageAt, indexOf, isPending, type Offer } from "@firmament/core/update";
import {
  type ContentSource,
  type Decider,
  DeviceRecords,
  DeviceRuntime,
  FlashSimulator,
  JournalStore,
  FlashRegion,
  placeOf,
  PowerCut,
} from "@firmament/device";
import { factoryLayout, factoryTable, writeFactoryImages } from "../../src/factory.ts";
import { WillingDecider } from "./deciders.ts";
import { crypto, deviceSigner } from "./device-key.ts";
import { contentOf, factoryImage, HonestSource } from "./images.ts";

export const time = 1_800_000_000;
export const imageSize = 5000;

const sizes = { eraseSize: 2048, recordSize: 4096, journalSize: 64 * 2048 };
const installed = factoryImage(10, imageSize);
const recovery = factoryImage(1, 1500);
const signer = deviceSigner();
const limits = { pieceSize: 2048, trialBoots: 1, maxTrials: 5 };

const verified = new Map<string, boolean>();

// A sweep reads the same entries again and again: a signature over a message is checked once.
const readerCrypto: Crypto = {
  ...crypto,
  verify: (algorithm, key, message, signature) => {
    const question = Buffer.concat([message, signature]).toString("base64");
    const answer = verified.get(question) ?? crypto.verify(algorithm, key, message, signature);
    verified.set(question, answer);
    return answer;
  },
};

const factoryComponents = ["main", "radio"].map((storageLocation) => ({
  storageLocation,
  slotSize: 6144,
  installed,
  recovery,
}));

export interface BenchOptions {
  readonly source?: ContentSource;
  readonly decider?: Decider;
  readonly components?: 1 | 2;
  /** Flash to go on with, of a bench with as many components. */
  readonly content?: Uint8Array;
  readonly trialBoots?: number;
  /** Releases that were confirmed on that flash, besides the factory's. */
  readonly confirmed?: readonly string[];
}

/**
 * A device on flash in memory. Every start asserts that what runs is whole, byte for byte, and was confirmed once, came
 * from the factory or is on trial; every step asserts that no counter fell or rose above what the fallback satisfies.
 */
export class BenchDevice {
  readonly flash: FlashSimulator;
  readonly layout;
  readonly records: DeviceRecords;
  readonly signer = signer;
  source: ContentSource;
  decider: Decider;
  readonly #components: 1 | 2;
  readonly #trialBoots: number;
  readonly #confirmed: Set<string>;
  #counters: readonly number[];
  runtime: DeviceRuntime | undefined;

  constructor(options: BenchOptions = {}) {
    const { source = new HonestSource(), decider = new WillingDecider(), confirmed = [] } = options;
    const { components = 1, content, trialBoots = 1 } = options;
    const made = factoryComponents.slice(0, components);
    const factory = factoryTable(made);
    this.layout = factoryLayout(sizes, factory);
    this.flash = new FlashSimulator({
      size: this.layout.size,
      eraseSize: sizes.eraseSize,
      ...(content && { content }),
    });
    if (content === undefined) writeFactoryImages(this.flash, this.layout, made);
    this.flash.powerOn();
    this.records = new DeviceRecords(this.flash, this.layout, factory);
    this.source = source;
    this.decider = decider;
    this.#components = components;
    this.#confirmed = new Set(["release-1", "release-10", ...confirmed]);
    this.#counters = this.records.counters;
    this.#trialBoots = trialBoots;
  }

  async start(): Promise<DeviceRuntime> {
    const { flash, layout, records, source, decider } = this;
    const parts = { device: "device-1", flash, layout, records, source, decider, crypto, signer };
    this.runtime = await DeviceRuntime.start({ ...parts, limits: { ...limits, trialBoots: this.#trialBoots } }, time);
    this.#assertRunning(this.runtime);
    return this.runtime;
  }

  /** Another device whose flash holds the same. */
  copy(): BenchDevice {
    const { flash, source, decider } = this;
    const kept = { components: this.#components, trialBoots: this.#trialBoots, confirmed: [...this.#confirmed] };
    return new BenchDevice({ ...kept, source, decider, content: flash.content });
  }

  #assertRunning({ state: { table, phase } }: DeviceRuntime): void {
    const places = phase === "trial" ? table.trial?.places : table.confirmed;
    assert.equal(places?.length, table.components.length);
    places.forEach((place, i) => {
      const image = imageAt(table, places, i);
      assert.ok(image !== undefined);
      const bytes = placeOf(this.flash, this.layout, i, place).read(0, image.size);
      assert.ok(Buffer.from(contentOf(image.release, image.size)).equals(bytes), `${place} runs altered`);
      assert.ok(phase === "trial" || this.#confirmed.has(image.release), `${image.release} was never confirmed`);
    });
  }

  #assertCounters(): void {
    const { counters, table } = this.records;
    counters.forEach((counter, i) => {
      const before = this.#counters[i] ?? 0;
      assert.ok(counter >= before, `counter ${i} fell from ${before} to ${counter}`);
      assert.ok(counter === before || counter <= fallbackSequence(table, i), `counter ${i} rose to ${counter}`);
    });
    this.#counters = counters;
  }

  /** Starts, finishes what was left, and installs the offers unless they are installed or were refused. */
  async carryThrough(offers: readonly Offer[], passes = true): Promise<void> {
    let runtime = await this.settle(await this.start(), passes);
    if (this.hasInstalled(offers)) return;
    if ((await runtime.offer(offers, time)) !== undefined) return;
    runtime = await this.settle(runtime, passes);
  }

  /** Lets the counters fall once, for a flash that has lost them. */
  forgetCounters(): void {
    this.#counters = this.records.counters;
  }

  hasInstalled(offers: readonly Offer[]): boolean {
    return offers.every((offer) => this.image(offer.storageLocation).release === offer.release);
  }

  async settle(first: DeviceRuntime, passes: boolean): Promise<DeviceRuntime> {
    let runtime = first;
    for (;;) {
      this.#assertCounters();
      if (runtime.isRestarting) runtime = await this.start();
      else if (runtime.state.phase === "trial") await this.#test(runtime, passes);
      else if (isPending(runtime.state.phase)) await runtime.work(time);
      else return runtime;
    }
  }

  async #test(runtime: DeviceRuntime, passes: boolean): Promise<void> {
    const { table } = runtime.state;
    if (passes)
      table.trial?.places.forEach((_, i) => this.#confirmed.add(imageAt(table, table.trial?.places, i)?.release ?? ""));
    await runtime.selfTest(passes, time);
  }

  /** Whether the power stayed on while `run` ran. */
  async survives(run: () => Promise<unknown>): Promise<boolean> {
    try {
      await run();
      return true;
    } catch (error) {
      if (error instanceof PowerCut) return false;
      throw error;
    } finally {
      this.flash.powerOn();
    }
  }

  /** The confirmed image at a storage location. */
  image(storageLocation = "main"): Image {
    const { table } = this.records;
    const index = indexOf(table, storageLocation);
    const image = table.components[index]?.[table.confirmed[index] ?? "recovery"];
    assert.ok(image !== undefined);
    return image;
  }

  get journal() {
    return new JournalStore(new FlashRegion(this.flash, this.layout.journal)).entries();
  }

  /** `<event>`, or `<event> <status>`, of each journal entry about a release, or about none; the chain must hold. */
  events(release?: string): readonly string[] {
    const verdict = verifyJournal(readerCrypto, { key: signer.key, head: emptyJournal("device-1") }, this.journal);
    if ("refusal" in verdict) throw verdict.refusal;
    const about = this.journal.filter(({ entry }) => entry.release === release);
    return about.map(({ entry }) => [entry.event, entry.status ?? []].flat().join(" "));
  }
}
