import { type BootChoice, chooseBoot, type Image, type Place } from "@firmament/core/update";
import type { Flash } from "./flash.ts";
import { isImageIntact } from "./image-check.ts";
import { type FlashLayout, placeOf } from "./layout.ts";
import type { DeviceRecords } from "./records.ts";

/** No place of the device holds an intact image; the next start tries again. */
export class NothingBootable extends Error {
  override readonly name = "NothingBootable";
}

/** Decides at every start what runs, and writes the decision down before it takes effect. */
export class Bootloader {
  readonly #flash: Flash;
  readonly #layout: FlashLayout;
  readonly #records: DeviceRecords;

  constructor(flash: Flash, layout: FlashLayout, records: DeviceRecords) {
    this.#flash = flash;
    this.#layout = layout;
    this.#records = records;
  }

  /**
   * Reads back every image that it considers and boots none whose bytes differ from the recorded digests.
   *
   * @throws NothingBootable
   */
  start(): BootChoice {
    const table = this.#records.table;
    const known = new Map<string, boolean>();
    const isIntact = (index: number, place: Place): boolean => {
      const key = `${index} ${place}`;
      const result = known.get(key) ?? this.#isIntact(table.components[index]?.[place], index, place);
      known.set(key, result);
      return result;
    };
    const choice = chooseBoot(table, isIntact);
    if (choice === undefined) throw new NothingBootable("no place holds an intact image");
    if (choice.table !== table) this.#records.table = choice.table;
    return choice;
  }

  #isIntact(image: Image | undefined, index: number, place: Place): boolean {
    return image !== undefined && isImageIntact(placeOf(this.#flash, this.#layout, index, place), image);
  }
}
