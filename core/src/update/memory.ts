import { integer, list, object, oneOf, type Decoder } from "../codec/index.ts";
import type { Slot } from "./boot-table.ts";
import { offer, type Offer, release } from "./offer.ts";

/** One component of an update and how much of its image stands in its slot. */
export interface Target {
  readonly offer: Offer;
  readonly slot: Slot;
  /** Bytes written, always whole pieces or the whole image. */
  readonly bytes: number;
  /** Pieces written, which is also the index of the next one. */
  readonly pieces: number;
}

/** Releases whose trial boot came back, and how often in a row. */
export interface Failed {
  readonly releases: readonly string[];
  readonly trials: number;
}

/** What the update client must remember across restarts; the boot table has the rest. */
export interface Memory {
  /** The running update, empty where there is none. */
  readonly targets: readonly Target[];
  readonly failed?: Failed;
}

export const emptyMemory: Memory = { targets: [] };

export const maxComponents = 256;

const target: Decoder<Target> = object({ offer, slot: oneOf("a", "b"), bytes: integer(0), pieces: integer(0) });
const failed: Decoder<Failed> = object({ releases: list(release.release, { max: maxComponents }), trials: integer(1) });

export const memory: Decoder<Memory> = object({ targets: list(target, { max: maxComponents }) }, { failed });
