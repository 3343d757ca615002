import type { Refusal } from "../errors/index.ts";
import type { BootTable } from "./boot-table.ts";
import type { Effect } from "./effect.ts";
import { emptyMemory, type Memory } from "./memory.ts";

/**
 * What the client is doing: fetching images; reading them back; waiting for the decision that lets it install; waiting
 * for the restart that it asked for; running images on trial; waiting for the confirmation to be durable.
 */
export type Phase = "idle" | "downloading" | "verifying" | "deciding" | "restarting" | "trial" | "confirming";

/** Whether an update is under way that has not touched the boot table's choice yet; it can be cancelled. */
export function isPending(phase: Phase): boolean {
  return phase === "downloading" || phase === "verifying" || phase === "deciding";
}

export interface State {
  readonly phase: Phase;
  readonly table: BootTable;
  /** Rollback counters in the order of the table's components. */
  readonly counters: readonly number[];
  readonly memory: Memory;
  /** How many of the targets are fetched (downloading) or verified (verifying). */
  readonly done: number;
}

/** The next state, and what the shell must do, in this order, before it gives the next event. */
export interface Transition {
  readonly state: State;
  readonly effects: readonly Effect[];
  /** Why an offer, content or a slot was not accepted. */
  readonly refusal?: Refusal;
}

/** Numbers that a device is built with. */
export interface UpdateLimits {
  /** Bytes of a piece: progress is remembered after each. A multiple of the flash's erase block. */
  readonly pieceSize: number;
  /** Boots that a trial gets. */
  readonly trialBoots: number;
  /** Trials in a row after which a release is not tried again. */
  readonly maxTrials: number;
}

export const defaultUpdateLimits: UpdateLimits = { pieceSize: 65_536, trialBoots: 1, maxTrials: 3 };

/** The state before the first boot event, which replaces all of it. */
export function initialState(table: BootTable): State {
  return { phase: "idle", table, counters: table.components.map(() => 0), memory: emptyMemory, done: 0 };
}

/** A transition that changes nothing: the event does not fit the phase, it is late or was repeated. */
export function unchanged(state: State): Transition {
  return { state, effects: [] };
}
