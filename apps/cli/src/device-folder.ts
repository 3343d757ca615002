import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Device, Verdict } from "@firmament/core/bundle";
import { bundleLimits, decodeDevice } from "@firmament/core/bundle";
import { canonicalBytes } from "@firmament/core/codec";
import type { Signer } from "@firmament/core/keys";
import type { Offer } from "@firmament/core/update";
import {
  generateKey,
  keyFor,
  nodeCrypto,
  passphraseFromEnvironment,
  readKeyFile,
  softwareSigner,
  writeKeyFile,
} from "@firmament/crypto";
import {
  BundleDecider,
  type ComponentStatus,
  type ContentSource,
  type Decider,
  DeviceLock,
  SimulatedDevice,
  type UpdateOutcome,
} from "@firmament/device";
import { type DeviceTransport, openDeviceTransport } from "@firmament/server/tls";
import { fetchContent } from "@firmament/store-file";
import { ask, bounded } from "./agent-client.ts";
import { refuse } from "./errors.ts";
import { now } from "./session.ts";

const BUNDLE_MS = 30_000;
const FACTORY = "factory";
// For a device that is looked at or that drops what it had begun.
const noSource: ContentSource = { open: () => (async function* () {})() };
const noDecider: Decider = { decide: () => Promise.reject(new Error("nothing is to be installed")) };

/** Where an installation gets its evidence and content from. */
export interface InstallOptions {
  /** Base URL of a retrieval agent. */
  readonly base: string;
  /** Reaches it, where the platform's own `fetch` lacks the device's certificate. */
  readonly carry?: typeof fetch;
  /** The bundle that the offer stems from. */
  readonly bundle: Uint8Array;
  /** Seconds since 1970, for the journal. */
  readonly time: number;
}

// The factory image has no release on any ledger.
function running({ counter, image }: ComponentStatus): Pick<Device, "counter" | "installed"> {
  const { manifestDigest, release, sequence, version } = image;
  const known = release === FACTORY ? {} : { manifestDigest, release };
  return { counter, installed: { sequence, version, ...known } };
}

/** A simulated device on disk: what it was made with, its key, and its flash. */
export class DeviceFolder {
  readonly path: string;
  #signer: Promise<Signer> | undefined;

  constructor(path: string) {
    this.path = path;
  }

  get file(): string {
    return join(this.path, "device.json");
  }

  get #flash(): string {
    return join(this.path, "flash");
  }

  get #keyFile(): string {
    return join(this.path, "key.jwe");
  }

  /** Makes a device with a key of its own and a factory image. @returns its document */
  static async create(
    path: string,
    made: Omit<Device, "id" | "installed" | "seen" | "type">,
    slotBytes: number,
  ): Promise<Device> {
    const folder = new DeviceFolder(path);
    await mkdir(path, { recursive: true, mode: 0o700 });
    const secret = await generateKey("EdDSA");
    await writeKeyFile(folder.#keyFile, [{ key: secret, purpose: "device" }], await passphraseFromEnvironment());
    const { kid } = softwareSigner(secret);
    const factory = {
      bytes: new TextEncoder().encode("factory image"),
      release: FACTORY,
      sequence: 1,
      version: "0.0.0",
      manifestDigest: Buffer.alloc(48).toString("base64url"),
    };
    const [storageLocation = "slot"] = made.storageLocations;
    const components = [{ storageLocation, slotSize: slotBytes, installed: factory, recovery: factory }];
    SimulatedDevice.create({ directory: folder.#flash, device: kid, components });
    const device: Device = {
      ...made,
      id: kid,
      installed: { sequence: 1, version: factory.version },
      seen: { root: Buffer.alloc(32).toString("base64url"), size: 0, time: 0 },
      type: "firmament-device/v1",
    };
    await folder.write(device);
    return device;
  }

  async read(): Promise<Device> {
    try {
      return decodeDevice(Uint8Array.from(await readFile(this.file)));
    } catch (cause) {
      if (cause instanceof Error && "code" in cause && cause.code === "ENOENT")
        throw refuse("cli/file", this.file, { cause });
      throw cause;
    }
  }

  /** Keeps every other process away from the device until it is disposed. @throws Refusal `device/locked` */
  lock(): Disposable {
    return new DeviceLock(this.path);
  }

  /** The device with what its flash really runs, which a crash may have kept out of its document. */
  async readWithFlash(): Promise<Device> {
    const device = await this.read();
    const [component] = (await this.status()).components;
    return component === undefined ? device : { ...device, ...running(component) };
  }

  /** Drops a download that nobody vouches for any more. */
  async abandon(time: number): Promise<void> {
    if ((await this.status()).pending === undefined) return;
    using simulated = await this.#open(noSource, noDecider);
    await simulated.abandon({ time, selfTest: () => true });
  }

  async write(device: Device): Promise<void> {
    await writeFile(`${this.file}.new`, canonicalBytes(device), { mode: 0o600, flush: true });
    await rename(`${this.file}.new`, this.file);
  }

  /** The device's key; its file is opened once. */
  signer(): Promise<Signer> {
    this.#signer ??= this.#openKey();
    return this.#signer;
  }

  async #openKey(): Promise<Signer> {
    return softwareSigner(keyFor(await readKeyFile(this.#keyFile, await passphraseFromEnvironment()), "device"));
  }

  /** How the device reaches a retrieval agent at this base URL. @throws Refusal `home/plaintext`, `tls/device` */
  transport(base: string): Promise<DeviceTransport> {
    return openDeviceTransport(this.path, new URL(base));
  }

  /** Stores what a verdict says that the device has seen, before anything is done about it. */
  async remember(device: Device, { next }: Verdict): Promise<void> {
    await this.write({ ...device, ...next });
  }

  /** Installs an offer from a retrieval agent, and stores what runs afterwards. */
  async install(offer: Offer, { base, bundle, carry = fetch, time }: InstallOptions): Promise<UpdateOutcome> {
    const source: ContentSource = {
      open: ({ image, stored }, from, signal) =>
        fetchContent([new URL(base)], stored?.cid ?? "", image.size, {
          fetch: carry,
          offset: from,
          ...(signal === undefined ? {} : { signal }),
        }),
    };
    using simulated = await this.#open(source, this.#decider(base, bundle, carry));
    try {
      return await simulated.update([offer], { time, selfTest: () => true });
    } finally {
      const [component] = simulated.status().components;
      if (component !== undefined) await this.write({ ...(await this.read()), ...running(component) });
    }
  }

  #decider(base: string, bundle: Uint8Array, carry: typeof fetch): BundleDecider {
    const remember = async (verdict: Verdict) => this.remember(await this.read(), verdict);
    const again = (device: Device) => fetchBundle(base, device, carry);
    return new BundleDecider({ crypto: nodeCrypto, now, device: () => this.read(), fetch: again, remember }, bundle);
  }

  async #open(source: ContentSource, decider: Decider): Promise<SimulatedDevice> {
    return SimulatedDevice.open(this.#flash, { crypto: nodeCrypto, decider, signer: await this.signer(), source });
  }

  /** What the flash holds. */
  async status() {
    using simulated = await this.#open(noSource, noDecider);
    return { journal: simulated.journal(), ...simulated.status() };
  }
}

/** The bundle that a retrieval agent has for a device. @param carry as {@link ask} takes it */
export async function fetchBundle(base: string, device: Device, carry?: typeof fetch): Promise<Uint8Array> {
  const query = new URLSearchParams({
    device: device.id,
    ...(device.seen.size > 0 ? { from: String(device.seen.size) } : {}),
  });
  const path = `v1/bundles/${encodeURIComponent(device.className)}?${query.toString()}`;
  const headers = { "accept-encoding": "identity" };
  const answer = await ask(base, path, { headers, signal: AbortSignal.timeout(BUNDLE_MS) }, carry);
  return bounded(answer, bundleLimits.maxBytes);
}

/** What the device's update client needs of an accepted release. @throws Refusal for an inline payload */
export function offerOf(decision: Extract<Verdict["decision"], { readonly action: "install" }>): Offer {
  const { floor, live, manifest } = decision;
  if (manifest.stored === undefined) throw refuse("cli/usage", "The simulated device takes stored images only.");
  return {
    release: live.release,
    sequence: live.sequence,
    version: live.version,
    manifestDigest: live.manifestDigest,
    image: manifest.image,
    stored: manifest.stored,
    storageLocation: manifest.storageLocation,
    floor,
  };
}
