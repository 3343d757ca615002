import type { Digested, Offer } from "./offer.ts";

export type Slot = "a" | "b";

/** Where an image can be booted from; the recovery image is written in the factory and never changed. */
export type Place = Slot | "recovery";

/** One place for each component, in the table's order: the images of a selection boot together or not at all. */
export type Selection = readonly Place[];

/** What the device knows about the bytes in one place. */
export interface Image extends Digested {
  readonly release: string;
  readonly sequence: number;
  readonly version: string;
  /** SHA-384 of the manifest bytes, base64url. */
  readonly manifestDigest: string;
}

export interface Component {
  readonly storageLocation: string;
  /** Bytes that each of the two slots holds. */
  readonly slotSize: number;
  readonly a?: Image;
  readonly b?: Image;
  readonly recovery?: Image;
}

export interface Trial {
  readonly places: Selection;
  /** Boots that the bootloader still grants without a confirmation. */
  readonly bootsLeft: number;
  /** The bootloader or the running image gave the trial up. */
  readonly returned: boolean;
}

/**
 * All that the bootloader decides by. It is written as one record, so that the components of an update change
 * together. An image that no selection names is never booted.
 */
export interface BootTable {
  readonly components: readonly Component[];
  readonly confirmed: Selection;
  /** What was confirmed before, for as long as none of its slots is written again. */
  readonly previous?: Selection;
  readonly trial?: Trial;
  /** What the bootloader fell back to; it stays in the table until the device has reported it. */
  readonly fellBack?: "previous" | "recovery";
}

export function imageOf(offer: Offer): Image {
  const { release, sequence, version, manifestDigest, image } = offer;
  return { release, sequence, version, manifestDigest, ...image };
}

/** The image that a selection names for the component at `index`. */
export function imageAt(table: BootTable, selection: Selection | undefined, index: number): Image | undefined {
  const place = selection?.[index];
  return place === undefined ? undefined : table.components[index]?.[place];
}

/** The images that `selection` names and `before` does not, each with its storage location. */
export function changedImages(
  table: BootTable,
  selection: Selection | undefined,
  before: Selection | undefined,
): readonly (Image & { readonly storageLocation: string })[] {
  return table.components.flatMap(({ storageLocation }, i) => {
    const image = selection?.[i] === before?.[i] ? undefined : imageAt(table, selection, i);
    return image === undefined ? [] : [{ ...image, storageLocation }];
  });
}

/** The slot that may be written while `place` is the confirmed one. */
export function spareSlot(place: Place | undefined): Slot {
  return place === "a" ? "b" : "a";
}

/** Index of the component at a storage location, -1 where the device has none. */
export function indexOf(table: BootTable, storageLocation: string): number {
  return table.components.findIndex((component) => component.storageLocation === storageLocation);
}

function withImage(component: Component, slot: Slot, image: Image | undefined): Component {
  const { storageLocation, slotSize, recovery } = component;
  const a = slot === "a" ? image : component.a;
  const b = slot === "b" ? image : component.b;
  return { storageLocation, slotSize, ...(a && { a }), ...(b && { b }), ...(recovery && { recovery }) };
}

/** Forgets the image in a slot, and the previous selection with it where that needs the slot. */
export function withoutImage(table: BootTable, index: number, slot: Slot): BootTable {
  const { confirmed, previous, trial } = table;
  const components = table.components.map((item, i) => (i === index ? withImage(item, slot, undefined) : item));
  const kept = previous?.[index] === slot ? undefined : previous;
  return { components, confirmed, ...(kept && { previous: kept }), ...(trial && { trial }) };
}

/** An image and the slot that holds it. */
export interface Placed {
  readonly index: number;
  readonly slot: Slot;
  readonly image: Image;
}

/** Enters verified images and lets the bootloader try them `bootsLeft` times. */
export function withTrial(table: BootTable, placed: readonly Placed[], bootsLeft: number): BootTable {
  const components = [...table.components];
  const places = [...table.confirmed];
  for (const { index, slot, image } of placed) {
    const component = components[index];
    if (component !== undefined) components[index] = withImage(component, slot, image);
    places[index] = slot;
  }
  return { ...table, components, trial: { places, bootsLeft, returned: false } };
}

/** Makes the images on trial the confirmed ones, and the confirmed ones the previous. */
export function withConfirmed(table: BootTable): BootTable {
  const { components, confirmed, trial } = table;
  return trial === undefined ? table : { components, confirmed: trial.places, previous: confirmed };
}

/** Gives the trial up; it stays in the table until the device has reported it. */
export function withReturned(table: BootTable): BootTable {
  return table.trial === undefined ? table : { ...table, trial: { ...table.trial, returned: true } };
}

export function withoutFallBack({ fellBack: _, ...table }: BootTable): BootTable {
  return table;
}

/** Removes the trial and the images that it alone names. */
export function withoutTrial(table: BootTable): BootTable {
  const { components, confirmed, previous, trial } = table;
  let cleared: BootTable = { components, confirmed, ...(previous && { previous }) };
  trial?.places.forEach((place, i) => {
    const used = place === confirmed[i] || place === previous?.[i];
    if (!used && place !== "recovery") cleared = withoutImage(cleared, i, place);
  });
  return cleared;
}
