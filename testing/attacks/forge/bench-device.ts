import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { utf8 } from "@firmament/core/bytes";
import type { Signer } from "@firmament/core/keys";
import type { Offer } from "@firmament/core/update";
import { nodeCrypto } from "@firmament/crypto";
import {
  type ContentSource,
  type Decider,
  type FactoryImage,
  SimulatedDevice,
  type UpdateOutcome,
} from "@firmament/device";
import { newSigner } from "../../kit/index.ts";
import { flipBit } from "./edit.ts";

const SLOT_BYTES = 65_536;
const noSource: ContentSource = { open: () => (async function* () {})() };
// The attacks here are on what comes after the decisions.
const willing: Decider = { decide: async (offers) => ({ action: "install", offers }) };

function factoryImage(release: string, sequence: number): FactoryImage {
  const manifestDigest = Buffer.alloc(48).toString("base64url");
  return { bytes: utf8(release), manifestDigest, release, sequence, version: `0.0.${sequence}` };
}

/** A device with one slot pair, a factory image of sequence 2 and a recovery image of sequence 1, on a flash file. */
export class BenchDevice implements AsyncDisposable {
  readonly #directory: string;
  readonly #signer: Signer;

  private constructor(directory: string, signer: Signer) {
    this.#directory = directory;
    this.#signer = signer;
  }

  static async make(): Promise<BenchDevice> {
    const folder = await mkdtemp(join(tmpdir(), "firmament-attack-"));
    const signer = await newSigner();
    const [installed, recovery] = [factoryImage("factory", 2), factoryImage("recovery", 1)];
    const components = [{ installed, recovery, slotSize: SLOT_BYTES, storageLocation: "slot" }];
    SimulatedDevice.create({ components, device: signer.kid, directory: join(folder, "flash") });
    return new BenchDevice(folder, signer);
  }

  /** Carries one offer through to its end. @throws the refusal that ended it, or what the source throws */
  async install(
    offer: Offer,
    source: ContentSource,
    time: number,
    decider = willing,
  ): Promise<UpdateOutcome["outcome"]> {
    using device = this.#open(source, decider);
    const { outcome, refusal } = await device.update([offer], { selfTest: () => true, time });
    if (refusal !== undefined) throw refusal;
    return outcome;
  }

  /** Starts the device once. */
  async start(time: number): Promise<void> {
    using device = this.#open(noSource);
    await device.start(time);
  }

  /** Flips a bit of these bytes, wherever they stand in the flash. */
  async damage(image: Uint8Array): Promise<void> {
    const path = join(this.#directory, "flash", "flash.bin");
    const flash = await readFile(path);
    const at = flash.indexOf(image);
    if (at < 0) throw new RangeError("the image is not in the flash");
    await writeFile(path, flipBit(flash, at));
  }

  /** Release that is confirmed, with the rollback counter. */
  get runs(): { readonly release: string; readonly counter: number } {
    using device = this.#open(noSource);
    const [component] = device.status().components;
    return { counter: component?.counter ?? 0, release: component?.image.release ?? "" };
  }

  #open(source: ContentSource, decider = willing): SimulatedDevice {
    const services = { crypto: nodeCrypto, decider, signer: this.#signer, source };
    return SimulatedDevice.open(join(this.#directory, "flash"), services);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#directory, { recursive: true });
  }
}
