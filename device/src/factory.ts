import { createHash } from "node:crypto";
import type { BootTable, Component, Image } from "@firmament/core/update";
import type { Flash } from "./flash.ts";
import { type FlashLayout, layoutOf, type LayoutSpec, placeOf } from "./layout.ts";

/** An image as the factory writes it, with what its manifest says. */
export interface FactoryImage {
  readonly bytes: Uint8Array;
  readonly release: string;
  readonly sequence: number;
  readonly version: string;
  /** SHA-384 of the manifest bytes, base64url. */
  readonly manifestDigest: string;
}

export interface FactoryComponent {
  readonly storageLocation: string;
  /** Bytes that each slot holds. */
  readonly slotSize: number;
  /** What slot a holds at delivery. */
  readonly installed: FactoryImage;
  readonly recovery?: FactoryImage;
}

/** Sizes of a device's flash besides its images, in bytes. */
export type FactorySizes = Pick<LayoutSpec, "eraseSize" | "recordSize" | "journalSize">;

export const defaultFactorySizes: FactorySizes = { eraseSize: 4096, recordSize: 8192, journalSize: 131_072 };

function imageOf({ bytes, release, sequence, version, manifestDigest }: FactoryImage): Image {
  const [sha256, sha384] = ["sha256", "sha384"].map((name) => createHash(name).update(bytes).digest("hex"));
  if (sha256 === undefined || sha384 === undefined) throw new TypeError("a digest is missing");
  return { release, sequence, version, manifestDigest, size: bytes.length, sha256, sha384 };
}

/** The table of a new device; it stays in read-only memory for when the records are lost. */
export function factoryTable(components: readonly FactoryComponent[]): BootTable {
  return {
    components: components.map(({ storageLocation, slotSize, installed, recovery }): Component => {
      const images = { a: imageOf(installed), ...(recovery && { recovery: imageOf(recovery) }) };
      return { storageLocation, slotSize, ...images };
    }),
    confirmed: components.map(() => "a"),
  };
}

/** The layout that a boot table's components need. */
export function factoryLayout(sizes: FactorySizes, table: BootTable): FlashLayout {
  const components = table.components.map(({ slotSize, recovery }) => ({
    slotSize,
    ...(recovery && { recoverySize: recovery.size }),
  }));
  return layoutOf({ ...sizes, components });
}

/** Writes the factory's images into erased flash. */
export function writeFactoryImages(flash: Flash, layout: FlashLayout, components: readonly FactoryComponent[]): void {
  components.forEach(({ installed, recovery }, index) => {
    placeOf(flash, layout, index, "a").write(0, installed.bytes);
    if (recovery !== undefined) placeOf(flash, layout, index, "recovery").write(0, recovery.bytes);
  });
}
