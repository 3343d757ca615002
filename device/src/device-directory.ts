import { closeSync, fsyncSync, openSync, readFileSync, writeFileSync, writeSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fromUtf8 } from "@firmament/core/bytes";
import { canonicalBytes, decodeCanonical, type Decoder, deviceId, integer, object, text } from "@firmament/core/codec";
import { type BootTable, decodeBootTable, encodeRecord } from "@firmament/core/update";
import { DeviceLock } from "./device-lock.ts";
import { type FactorySizes } from "./factory.ts";
import { FlashSimulator } from "./flash-simulator.ts";

/** What a device's read-only memory holds. */
export interface DeviceRom {
  readonly device: string;
  readonly sizes: FactorySizes;
  readonly factory: BootTable;
}

const flashFile = "flash.bin";
const romFile = "rom.json";
const rom = object({
  device: deviceId,
  factory: text({ max: 1_048_576 }),
  sizes: object({ eraseSize: integer(1), recordSize: integer(1), journalSize: integer(1) }),
}) satisfies Decoder<unknown>;

function write(path: string, bytes: Uint8Array): void {
  writeFileSync(path, bytes, { flag: "wx", flush: true });
}

/** Makes the files of a new device; the directory must not hold one yet. */
export function createDirectory(directory: string, { device, sizes, factory }: DeviceRom, content: Uint8Array): void {
  mkdirSync(directory, { recursive: true });
  write(join(directory, romFile), canonicalBytes({ device, sizes, factory: fromUtf8(encodeRecord(factory)) }));
  write(join(directory, flashFile), content);
}

/** @throws Refusal `codec/…` where the file is not a device's; the system's error where there is none */
export function readRom(directory: string): DeviceRom {
  const bytes = readFileSync(join(directory, romFile));
  const found = rom(decodeCanonical(bytes, { maxBytes: 2_097_152, maxDepth: 4 }), "rom");
  return { device: found.device, sizes: found.sizes, factory: decodeBootTable(Buffer.from(found.factory)) };
}

/** A flash whose every operation is in the file before it returns, so that ending the process is a loss of power. */
export class FlashFile implements Disposable {
  readonly flash: FlashSimulator;
  readonly #descriptor: number;
  readonly #lock: DeviceLock;

  /** @throws Refusal `device/locked` */
  constructor(directory: string, eraseSize: number) {
    this.#lock = new DeviceLock(directory);
    const path = join(directory, flashFile);
    const content = readFileSync(path);
    this.#descriptor = openSync(path, "r+");
    const onChange = (offset: number, bytes: Uint8Array) =>
      void writeSync(this.#descriptor, bytes, 0, bytes.length, offset);
    this.flash = new FlashSimulator({ size: content.length, eraseSize, content, onChange });
  }

  [Symbol.dispose](): void {
    fsyncSync(this.#descriptor);
    closeSync(this.#descriptor);
    this.#lock[Symbol.dispose]();
  }
}
