import type { Refusal } from "../errors/index.ts";
import type { BootTable } from "./boot-table.ts";
import type { Running } from "./choose-boot.ts";
import type { Memory } from "./memory.ts";
import type { Offer } from "./offer.ts";

/** What happened on the device; a loss of power is none, it is what the next `boot` finds. */
export type Happening =
  /** The first event after every start: what the bootloader chose and what was read back from flash. */
  | {
      readonly type: "boot";
      readonly running: Running;
      readonly table: BootTable;
      readonly counters: readonly number[];
      readonly memory: Memory;
    }
  /** Offers that the bundle verifier accepted, one for each component of the update. */
  | { readonly type: "offer"; readonly offers: readonly Offer[] }
  /** The next piece of the content asked for: `pieceSize` bytes, the last one perhaps fewer. */
  | { readonly type: "piece"; readonly storageLocation: string; readonly index: number; readonly bytes: Uint8Array }
  | {
      readonly type: "chunk-written";
      readonly storageLocation: string;
      readonly index: number;
      readonly length: number;
    }
  /** The source has no more; `size` counts the content from its byte 0. */
  | { readonly type: "content-ended"; readonly storageLocation: string; readonly size: number }
  | { readonly type: "slot-verified"; readonly storageLocation: string }
  | { readonly type: "slot-failed"; readonly storageLocation: string }
  /** The decision before the installation (PROTOCOL B-23), on evidence that is fresh now: the offers as they stand. */
  | { readonly type: "decided"; readonly offers: readonly Offer[] }
  /** The decision before the installation is against it, and waiting would not change that. */
  | { readonly type: "declined"; readonly refusal: Refusal }
  | { readonly type: "self-test"; readonly passed: boolean }
  /** The trial took too long; a watchdog that resets instead leads to `boot`. */
  | { readonly type: "boot-timeout" }
  | { readonly type: "confirm-written" }
  /** The update is not wanted any more, its release was revoked for example. */
  | { readonly type: "cancel" };

/** `time`: seconds since 1970 by the device's clock, for the journal only. */
export type UpdateEvent = Happening & { readonly time: number };

export type EventOf<T extends Happening["type"]> = Extract<Happening, { readonly type: T }> & { readonly time: number };
