import type { Refusal } from "@firmament/core/errors";
import type { SignedEntry } from "@firmament/core/journal";
import type { Crypto, Signer } from "@firmament/core/keys";
import {
  changedImages,
  type Image,
  isPending,
  type Offer,
  type Place,
  type UpdateLimits,
} from "@firmament/core/update";
import type { ContentSource } from "./content-source.ts";
import type { Decider } from "./decider.ts";
import { createDirectory, type DeviceRom, FlashFile, readRom } from "./device-directory.ts";
import { DeviceRuntime } from "./device-runtime.ts";
import {
  defaultFactorySizes,
  type FactoryComponent,
  factoryLayout,
  type FactorySizes,
  factoryTable,
  writeFactoryImages,
} from "./factory.ts";
import { FlashRegion } from "./flash.ts";
import { FlashSimulator } from "./flash-simulator.ts";
import { JournalStore } from "./journal-store.ts";
import type { FlashLayout } from "./layout.ts";
import { DeviceRecords } from "./records.ts";

export interface NewDevice {
  readonly directory: string;
  readonly device: string;
  readonly components: readonly FactoryComponent[];
  readonly sizes?: FactorySizes;
}

/** What a device needs besides its directory. */
export interface DeviceServices {
  readonly crypto: Crypto;
  readonly signer: Signer;
  readonly source: ContentSource;
  readonly decider: Decider;
  readonly limits?: UpdateLimits;
}

/** How an update is carried through. */
export interface UpdateOptions {
  /** Seconds since 1970, for the journal. */
  readonly time: number;
  /** What the images on trial say about themselves after their start. */
  readonly selfTest: (images: readonly Image[]) => boolean | Promise<boolean>;
  readonly signal?: AbortSignal;
}

export interface ComponentStatus {
  readonly storageLocation: string;
  readonly place: Place;
  /** The confirmed image. */
  readonly image: Image;
  readonly counter: number;
}

export interface DeviceStatus {
  readonly device: string;
  readonly components: readonly ComponentStatus[];
  /** Bytes fetched of an update that is not finished; absent where there is none. */
  readonly pending?: readonly { readonly release: string; readonly bytes: number; readonly size: number }[];
  readonly isOnTrial: boolean;
}

/** Where an update came to; a refusal says why it is not installed, or what it waits for with its content at hand. */
export interface UpdateOutcome {
  readonly outcome: "confirmed" | "refused" | "returned" | "waiting";
  readonly refusal?: Refusal;
}

/** A device whose flash is a file: every process that opens it goes on where the last one ended or was ended. */
export class SimulatedDevice implements Disposable {
  readonly #rom: DeviceRom;
  readonly #file: FlashFile;
  readonly #layout: FlashLayout;
  readonly #records: DeviceRecords;
  readonly #services: DeviceServices;

  private constructor(directory: string, services: DeviceServices) {
    this.#services = services;
    this.#rom = readRom(directory);
    this.#layout = factoryLayout(this.#rom.sizes, this.#rom.factory);
    this.#file = new FlashFile(directory, this.#rom.sizes.eraseSize);
    this.#records = new DeviceRecords(this.#file.flash, this.#layout, this.#rom.factory);
  }

  /** Makes a device with its factory images; the directory must not hold a device yet. */
  static create({ directory, device, components, sizes = defaultFactorySizes }: NewDevice): void {
    const factory = factoryTable(components);
    const layout = factoryLayout(sizes, factory);
    const flash = new FlashSimulator({ size: layout.size, eraseSize: sizes.eraseSize });
    writeFactoryImages(flash, layout, components);
    createDirectory(directory, { device, sizes, factory }, flash.content);
  }

  /** Opens the device without starting it. One process at a time. */
  static open(directory: string, services: DeviceServices): SimulatedDevice {
    return new SimulatedDevice(directory, services);
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }

  get device(): string {
    return this.#rom.device;
  }

  /** The journal entries that the flash still keeps, oldest first. */
  journal(): readonly SignedEntry[] {
    return new JournalStore(new FlashRegion(this.#file.flash, this.#layout.journal)).entries();
  }

  status(): DeviceStatus {
    const { table, counters, memory } = this.#records;
    const components = table.components.map((component, i): ComponentStatus => {
      const place = table.confirmed[i] ?? "recovery";
      const image = component[place];
      if (image === undefined) throw new Error(`component ${component.storageLocation} has no confirmed image`);
      return { storageLocation: component.storageLocation, place, image, counter: counters[i] ?? 0 };
    });
    const pending = memory.targets.map(({ offer, bytes }) => ({
      release: offer.release,
      bytes,
      size: offer.image.size,
    }));
    const isOnTrial = table.trial !== undefined && !table.trial.returned;
    return { device: this.#rom.device, components, isOnTrial, ...(pending.length > 0 && { pending }) };
  }

  /** Starts the device once, as a press of its power button does; {@link update} starts it itself. */
  start(time: number): Promise<DeviceRuntime> {
    const { flash } = this.#file;
    const parts = { device: this.#rom.device, flash, layout: this.#layout, records: this.#records, ...this.#services };
    return DeviceRuntime.start(parts, time);
  }

  /**
   * Starts the device and carries the offers through to their end. An update that an earlier start left goes on only
   * where it is the one that is offered now: any other download is dropped, since nobody vouches for it any more.
   *
   * @throws NothingBootable; whatever the content source throws, after which the next call goes on
   */
  async update(offers: readonly Offer[], options: UpdateOptions): Promise<UpdateOutcome> {
    const left = this.#records.memory.targets.map((each) => each.offer.release);
    const isSame = left.length === offers.length && offers.every(({ release }) => left.includes(release));
    const started = await this.start(options.time);
    if (!isSame && isPending(started.state.phase)) await started.cancel(options.time);
    let settled = await this.#settle(started, options);
    if (!isSame) {
      const refusal = await settled.runtime.offer(offers, options.time);
      if (refusal !== undefined) return { outcome: "refused", refusal };
      settled = await this.#settle(settled.runtime, options);
    }
    const { refusal, runtime } = settled;
    if (refusal !== undefined) return { outcome: isPending(runtime.state.phase) ? "waiting" : "refused", refusal };
    return { outcome: offers.every(({ release }) => this.#isInstalled(release)) ? "confirmed" : "returned" };
  }

  /** Starts the device and drops a download that was left; an image on trial is still settled. */
  async abandon(options: UpdateOptions): Promise<void> {
    const started = await this.start(options.time);
    if (isPending(started.state.phase)) await started.cancel(options.time);
    await this.#settle(started, options);
  }

  #isInstalled(release: string): boolean {
    return this.status().components.some(({ image }) => image.release === release);
  }

  /** Starts the device and finishes what an earlier start left. */
  async resume(options: UpdateOptions): Promise<DeviceStatus> {
    await this.#settle(await this.start(options.time), options);
    return this.status();
  }

  async #settle(
    first: DeviceRuntime,
    options: UpdateOptions,
  ): Promise<{ readonly runtime: DeviceRuntime; readonly refusal?: Refusal }> {
    const { time, selfTest, signal } = options;
    let runtime = first;
    for (;;) {
      if (runtime.isRestarting) runtime = await this.start(time);
      else if (runtime.state.phase === "trial") await runtime.selfTest(await selfTest(imagesOnTrial(runtime)), time);
      else if (isPending(runtime.state.phase)) {
        const refusal = await runtime.work(time, signal);
        if (refusal !== undefined) return { runtime, refusal };
      } else return { runtime };
    }
  }
}

function imagesOnTrial({ state: { table } }: DeviceRuntime): readonly Image[] {
  return changedImages(table, table.trial?.places, table.confirmed);
}
