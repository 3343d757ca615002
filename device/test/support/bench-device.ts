import assert from "node:assert/strict";
import { type Image, indexOf, type Offer } from "@firmament/core/update";
import {
  type ContentSource,
  DeviceRecords,
  DeviceRuntime,
  FlashSimulator,
  isImageIntact,
  JournalStore,
  FlashRegion,
  placeOf,
  PowerCut,
} from "@firmament/device";
import { factoryLayout, factoryTable, writeFactoryImages } from "../../src/factory.ts";
import { crypto, deviceSigner } from "./device-key.ts";
import { factoryImage, HonestSource } from "./images.ts";

export const time = 1_800_000_000;
export const imageSize = 5000;

const sizes = { eraseSize: 2048, recordSize: 4096, journalSize: 16 * 2048 };
const installed = factoryImage(10, imageSize);
const recovery = factoryImage(1, 1500);
const signer = deviceSigner();
const limits = { pieceSize: 2048, trialBoots: 1, maxTrials: 5 };

const factoryComponents = ["main", "radio"].map((storageLocation) => ({
  storageLocation,
  slotSize: 6144,
  installed,
  recovery,
}));

export interface BenchOptions {
  readonly source?: ContentSource;
  readonly components?: 1 | 2;
  /** Flash to go on with, of a bench with as many components. */
  readonly content?: Uint8Array;
  readonly trialBoots?: number;
}

/** A device on flash in memory; what runs on it asserts at every start that nothing unverified was booted. */
export class BenchDevice {
  readonly flash: FlashSimulator;
  readonly layout;
  readonly records: DeviceRecords;
  readonly signer = signer;
  readonly #source: ContentSource;
  readonly #trialBoots: number;
  runtime: DeviceRuntime | undefined;

  constructor({ source = new HonestSource(), components = 1, content, trialBoots = 1 }: BenchOptions = {}) {
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
    this.#source = source;
    this.#trialBoots = trialBoots;
  }

  async start(): Promise<DeviceRuntime> {
    const { flash, layout, records } = this;
    const parts = { device: "device-1", flash, layout, records, source: this.#source, crypto, signer };
    this.runtime = await DeviceRuntime.start({ ...parts, limits: { ...limits, trialBoots: this.#trialBoots } }, time);
    this.#assertRunning(this.runtime);
    return this.runtime;
  }

  #assertRunning({ state: { table, phase } }: DeviceRuntime): void {
    const places = phase === "trial" ? table.trial?.places : table.confirmed;
    assert.equal(places?.length, table.components.length);
    places.forEach((place, i) => {
      const image = table.components[i]?.[place];
      assert.ok(image !== undefined && isImageIntact(placeOf(this.flash, this.layout, i, place), image));
    });
  }

  /** Starts, finishes what was left, and installs the offers unless they are installed or were refused. */
  async carryThrough(offers: readonly Offer[], passes = true): Promise<void> {
    let runtime = await this.settle(await this.start(), passes);
    if (offers.every((offer) => this.image(offer.storageLocation).release === offer.release)) return;
    if ((await runtime.offer(offers, time)) !== undefined) return;
    runtime = await this.settle(runtime, passes);
  }

  async settle(first: DeviceRuntime, passes: boolean): Promise<DeviceRuntime> {
    let runtime = first;
    for (;;) {
      if (runtime.isRestarting) runtime = await this.start();
      else if (runtime.state.phase === "trial") await runtime.selfTest(passes, time);
      else if (runtime.state.phase === "downloading") await runtime.work(time);
      else return runtime;
    }
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
}
