import { imageAt, indexOf, withConfirmed, withoutTrial, withReturned } from "./boot-table.ts";
import { raisedCounters } from "./counter.ts";
import { resume } from "./download.ts";
import type { Effect } from "./effect.ts";
import type { EventOf } from "./event.ts";
import { logAll } from "./facts.ts";
import type { Failed, Memory, Target } from "./memory.ts";
import { type State, type Transition, unchanged } from "./state.ts";

function offersOf(targets: readonly Target[]) {
  return targets.map((each) => each.offer);
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
  const raised = raise({ ...state, phase: "idle", memory, done: 0 });
  const before = { table, selection: table.previous };
  const logs = logAll(offersOf(state.memory.targets), { event: "confirmed", time, before });
  return { state: raised.state, effects: [...raised.effects, ...logs, { type: "save", memory }] };
}

function failedOnceMore({ failed, targets }: Memory): Failed {
  const releases = offersOf(targets).map((each) => each.release);
  const isSame = failed !== undefined && releases.every((each) => failed.releases.includes(each));
  return { releases, trials: isSame ? failed.trials + 1 : 1 };
}

function afterReturn(state: State, time: number): Transition {
  const table = withoutTrial(state.table);
  const clear: Effect = { type: "clear-trial", table };
  const { targets } = state.memory;
  if (targets.length === 0) return { state: { ...state, table }, effects: [clear] };
  const memory: Memory = { targets: [], failed: failedOnceMore(state.memory) };
  const logs = logAll(offersOf(targets), { event: "returned", time, before: { table, selection: table.confirmed } });
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
    const memory: Memory = { ...state.memory, targets: [] };
    return { state: { ...state, memory }, effects: [{ type: "save", memory }] };
  }
  return resume(state);
}

/** Takes up whatever the last start left, whether it ended in order or by a cut. */
export function onBoot(_: State, event: EventOf<"boot">): Transition {
  const { running, table, counters, memory, time } = event;
  const state: State = { phase: "idle", table, counters, memory, done: 0 };
  const before = { table, selection: table.confirmed };
  if (running === "trial") {
    return {
      state: { ...state, phase: "trial" },
      effects: logAll(offersOf(memory.targets), { event: "trial", time, before }),
    };
  }
  const next = afterConfirmed(state, time);
  if (running === "confirmed") return next;
  return { ...next, effects: [{ type: "log", fact: { event: "fell-back", status: running, time } }, ...next.effects] };
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
  const before = { table, selection: table.confirmed };
  const logs = logAll(offersOf(state.memory.targets), { event: "trial-failed", status, time, before });
  return {
    state: { ...state, table, phase: "restarting" },
    effects: [...logs, { type: "give-trial-up", table }, { type: "reboot" }],
  };
}

export function onConfirmWritten(state: State, { time }: EventOf<"confirm-written">): Transition {
  return state.phase === "confirming" ? finish(state, time) : unchanged(state);
}
