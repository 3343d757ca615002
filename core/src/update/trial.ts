import {
  type BootTable,
  changedImages,
  imageAt,
  indexOf,
  withConfirmed,
  withoutFallBack,
  withoutTrial,
  withReturned,
} from "./boot-table.ts";
import { raisedCounters } from "./counter.ts";
import { fail, occasion, offersOf, resume } from "./download.ts";
import type { Effect } from "./effect.ts";
import { refuse } from "./errors.ts";
import type { EventOf } from "./event.ts";
import { logAll } from "./facts.ts";
import type { Failed, Memory, Target } from "./memory.ts";
import { type State, type Transition, unchanged } from "./state.ts";

// From the table and not from the memory, which may have been lost.
function onTrial(table: BootTable) {
  return changedImages(table, table.trial?.places, table.confirmed);
}

function raise(state: State): { readonly state: State; readonly effects: Effect[] } {
  const counters = raisedCounters(state.table, state.counters);
  if (counters.every((counter, i) => counter === state.counters[i])) return { state, effects: [] };
  return { state: { ...state, counters }, effects: [{ type: "raise-counter", counters }] };
}

// Reports before it forgets: a cut between the two repeats an entry, it never loses one.
function finish(state: State, time: number): Transition {
  const memory: Memory = { targets: [] };
  const { table } = state;
  const installed = changedImages(table, table.confirmed, table.previous);
  const raised = raise({ ...state, phase: "idle", memory, done: 0 });
  const before = { table, selection: table.previous };
  const logs = logAll(installed, { event: "confirmed", time, before });
  return { state: raised.state, effects: [...raised.effects, ...logs, { type: "save", memory }] };
}

function failedOnceMore({ failed }: Memory, releases: readonly string[]): Failed {
  return { releases, trials: isAbout(failed, releases) ? failed.trials + 1 : 1 };
}

function isAbout(failed: Failed | undefined, releases: readonly string[]): failed is Failed {
  return failed !== undefined && releases.every((each) => failed.releases.includes(each));
}

function afterReturn(state: State, time: number): Transition {
  const table = withoutTrial(state.table);
  const clear: Effect = { type: "clear-trial", table };
  const returned = onTrial(state.table);
  const releases = returned.map((each) => each.release);
  const { targets, failed } = state.memory;
  // A cut kept the trial from being cleared after it was counted.
  if (targets.length === 0 && isAbout(failed, releases)) return { state: { ...state, table }, effects: [clear] };
  const memory: Memory = { targets: [], failed: failedOnceMore(state.memory, releases) };
  const logs = logAll(returned, { event: "returned", time, before: { table, selection: table.confirmed } });
  return { state: { ...state, table, memory }, effects: [...logs, { type: "save", memory }, clear] };
}

function isInstalled({ table }: State, { offer, slot }: Target): boolean {
  const index = indexOf(table, offer.storageLocation);
  return table.confirmed[index] === slot && imageAt(table, table.confirmed, index)?.release === offer.release;
}

// A fallback can make a slot the confirmed one that an unfinished download was going to write.
function isInTheWay({ table }: State, { offer, slot }: Target): boolean {
  const index = indexOf(table, offer.storageLocation);
  return index < 0 || table.confirmed[index] === slot;
}

function afterConfirmed(state: State, time: number): Transition {
  const { targets } = state.memory;
  if (state.table.trial !== undefined) return afterReturn(state, time);
  if (targets.length === 0) return raise(state);
  if (targets.every((each) => isInstalled(state, each))) return finish(state, time);
  if (targets.some((each) => isInTheWay(state, each))) {
    return fail(state, refuse("update/slot-taken"), time);
  }
  const resumed = resume(state);
  const logs = logAll(offersOf(state), { event: "resumed", ...occasion(state, time) });
  return { ...resumed, effects: [...logs, ...resumed.effects] };
}

/** Takes up whatever the last start left, whether it ended in order or by a cut. */
export function onBoot(_: State, event: EventOf<"boot">): Transition {
  const { running, counters, memory, time } = event;
  const { fellBack } = event.table;
  const table = withoutFallBack(event.table);
  const state: State = { phase: "idle", table, counters, memory, done: 0 };
  const next = running === "trial" ? startTrial(state, time) : afterConfirmed(state, time);
  if (fellBack === undefined) return next;
  const report: Effect[] = [
    { type: "log", fact: { event: "fell-back", status: fellBack, time } },
    { type: "forget-fall-back", table },
  ];
  return { ...next, effects: [...report, ...next.effects] };
}

function startTrial(state: State, time: number): Transition {
  const logs = logAll(onTrial(state.table), { event: "trial", ...occasion(state, time) });
  return { state: { ...state, phase: "trial" }, effects: logs };
}

export function onSelfTest(state: State, { passed, time }: EventOf<"self-test">): Transition {
  if (state.phase !== "trial") return unchanged(state);
  if (!passed) return giveUp(state, "self-test", time);
  const table = withConfirmed(state.table);
  return { state: { ...state, table, phase: "confirming" }, effects: [{ type: "set-confirmed", table }] };
}

export function onBootTimeout(state: State, { time }: EventOf<"boot-timeout">): Transition {
  return state.phase === "trial" ? giveUp(state, "timeout", time) : unchanged(state);
}

function giveUp(state: State, status: string, time: number): Transition {
  const table = withReturned(state.table);
  const logs = logAll(onTrial(table), { event: "trial-failed", status, ...occasion(state, time) });
  return {
    state: { ...state, table, phase: "restarting" },
    effects: [...logs, { type: "give-trial-up", table }, { type: "reboot" }],
  };
}

export function onConfirmWritten(state: State, { time }: EventOf<"confirm-written">): Transition {
  return state.phase === "confirming" ? finish(state, time) : unchanged(state);
}
