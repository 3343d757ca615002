import type { JournalFact } from "../journal/index.ts";
import type { BootTable, Image, Slot } from "./boot-table.ts";
import type { Memory } from "./memory.ts";
import type { Offer } from "./offer.ts";

/** Names that the client writes into the journal. */
export type UpdateFact = JournalFact & {
  readonly event:
    | "refused"
    | "accepted"
    | "resumed"
    | "failed"
    | "installed"
    | "trial"
    | "trial-failed"
    | "returned"
    | "confirmed"
    | "fell-back";
};

/**
 * What the shell does. Each is durable before the next begins, and a cut between two is found by the next boot
 * event. A boot table comes whole, to be written as one record.
 */
export type Effect =
  | { readonly type: "save"; readonly memory: Memory }
  /** Writes the table first, so that the slot is no fallback any more, then erases it from byte `from` to its end. */
  | {
      readonly type: "erase-slot";
      readonly storageLocation: string;
      readonly slot: Slot;
      readonly from: number;
      readonly table: BootTable;
    }
  /** Gives back `chunk-written`. */
  | {
      readonly type: "write-chunk";
      readonly storageLocation: string;
      readonly slot: Slot;
      readonly offset: number;
      readonly index: number;
      readonly bytes: Uint8Array;
    }
  /** Gives back `piece` for each piece from byte `from` on, then `content-ended`. */
  | { readonly type: "request-content"; readonly offer: Offer; readonly from: number }
  /** Reads the slot back from flash; gives back `slot-verified` or `slot-failed`. */
  | { readonly type: "verify-slot"; readonly storageLocation: string; readonly slot: Slot; readonly image: Image }
  /** Decides again on fresh evidence; gives back `decided` or `declined`, and nothing for as long as it must wait. */
  | { readonly type: "request-decision"; readonly offers: readonly Offer[] }
  | { readonly type: "forget-fall-back"; readonly table: BootTable }
  | { readonly type: "set-trial"; readonly table: BootTable }
  | { readonly type: "give-trial-up"; readonly table: BootTable }
  | { readonly type: "clear-trial"; readonly table: BootTable }
  /** Gives back `confirm-written`. */
  | { readonly type: "set-confirmed"; readonly table: BootTable }
  | { readonly type: "raise-counter"; readonly counters: readonly number[] }
  | { readonly type: "reboot" }
  | { readonly type: "log"; readonly fact: UpdateFact };
