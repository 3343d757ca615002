import type { Refusal } from "../errors/index.ts";
import { imageOf, indexOf, spareSlot, withoutImage } from "./boot-table.ts";
import type { Effect } from "./effect.ts";
import { refuse } from "./errors.ts";
import type { EventOf } from "./event.ts";
import { logAll } from "./facts.ts";
import { judgeOffers } from "./judge.ts";
import type { Memory, Target } from "./memory.ts";
import type { Offer } from "./offer.ts";
import { isPending, type State, type Transition, unchanged, type UpdateLimits } from "./state.ts";

function withTargets(memory: Memory, targets: readonly Target[]): Memory {
  return { ...memory, targets };
}

export function occasion(state: State, time: number) {
  return { time, before: { table: state.table, selection: state.table.confirmed } } as const;
}

export function offersOf(state: State): readonly Offer[] {
  return state.memory.targets.map((each) => each.offer);
}

/** Ends the update before its trial: nothing that boots was touched. */
export function fail(state: State, refusal: Refusal, time: number): Transition {
  const memory = withTargets(state.memory, []);
  const logs = logAll(offersOf(state), { event: "failed", status: refusal.code, ...occasion(state, time) });
  return { state: { ...state, phase: "idle", memory, done: 0 }, effects: [...logs, { type: "save", memory }], refusal };
}

function verifyNext(state: State): Transition {
  const target = state.memory.targets[state.done];
  if (target === undefined) return unchanged(state);
  const { offer, slot } = target;
  const verify: Effect = { type: "verify-slot", storageLocation: offer.storageLocation, slot, image: imageOf(offer) };
  return { state, effects: [verify] };
}

/** Asks for the next component's content from where it stopped, or for the check of all slots. */
export function fetchNext(state: State): Transition {
  const target = state.memory.targets[state.done];
  if (target === undefined) return verifyNext({ ...state, phase: "verifying", done: 0 });
  const { offer, slot, bytes } = target;
  if (bytes === offer.image.size) return fetchNext({ ...state, done: state.done + 1 });
  const { storageLocation } = offer;
  const table = withoutImage(state.table, indexOf(state.table, storageLocation), slot);
  const effects: Effect[] = [
    // What a cut left behind the last remembered piece cannot be written over, so the rest is erased again.
    { type: "erase-slot", storageLocation, slot, from: bytes, table },
    { type: "request-content", offer, from: bytes },
  ];
  return { state: { ...state, table }, effects };
}

/** Goes on with the targets that the memory holds. */
export function resume(state: State): Transition {
  return fetchNext({ ...state, phase: "downloading", done: 0 });
}

function targetOf(state: State, offer: Offer): Target {
  const confirmed = state.table.confirmed[indexOf(state.table, offer.storageLocation)];
  return { offer, slot: spareSlot(confirmed), bytes: 0, pieces: 0 };
}

export function onOffer(state: State, { offers, time }: EventOf<"offer">, limits: UpdateLimits): Transition {
  const refusal = judgeOffers(state, offers, limits);
  const about = occasion(state, time);
  if (refusal !== undefined) {
    // Asking while busy or for what is installed is everyday traffic; the rest is worth an alert.
    const isUsual = refusal.code === "update/busy" || refusal.code === "update/equal-sequence";
    return {
      state,
      effects: isUsual ? [] : logAll(offers, { event: "refused", status: refusal.code, ...about }),
      refusal,
    };
  }
  const memory = withTargets(
    state.memory,
    offers.map((each) => targetOf(state, each)),
  );
  const begun = resume({ ...state, memory });
  const effects: Effect[] = [
    // Reports before it begins: a cut between the two repeats an entry, it never loses one.
    ...logAll(offers, { event: "accepted", ...about }),
    { type: "save", memory },
    ...begun.effects,
  ];
  return { state: begun.state, effects };
}

// The target that a download event speaks of, if it is the one being fetched.
function fetched(state: State, storageLocation: string): Target | undefined {
  const target = state.phase === "downloading" ? state.memory.targets[state.done] : undefined;
  return target?.offer.storageLocation === storageLocation ? target : undefined;
}

export function onPiece(state: State, event: EventOf<"piece">, limits: UpdateLimits): Transition {
  const { storageLocation, index, bytes, time } = event;
  const target = fetched(state, storageLocation);
  if (target === undefined || index !== target.pieces) return unchanged(state);
  const left = target.offer.image.size - target.bytes;
  if (bytes.length !== Math.min(limits.pieceSize, left) || left === 0) {
    return fail(state, refuse("update/size", `Piece ${index} has ${bytes.length} bytes, ${left} are left.`), time);
  }
  const { slot, bytes: offset } = target;
  return { state, effects: [{ type: "write-chunk", storageLocation, slot, offset, index, bytes }] };
}

export function onChunkWritten(state: State, { storageLocation, index, length }: EventOf<"chunk-written">): Transition {
  const target = fetched(state, storageLocation);
  if (target === undefined || index !== target.pieces) return unchanged(state);
  const next = { ...target, bytes: target.bytes + length, pieces: index + 1 };
  const memory = withTargets(
    state.memory,
    state.memory.targets.map((each) => (each === target ? next : each)),
  );
  return { state: { ...state, memory }, effects: [{ type: "save", memory }] };
}

export function onContentEnded(state: State, { storageLocation, size, time }: EventOf<"content-ended">): Transition {
  const target = fetched(state, storageLocation);
  if (target === undefined) return unchanged(state);
  if (size !== target.offer.image.size || target.bytes !== size) {
    return fail(state, refuse("update/size", `Got ${size} bytes of ${target.offer.image.size}.`), time);
  }
  return fetchNext({ ...state, done: state.done + 1 });
}

// PROTOCOL B-23: a download can outlast the evidence that it began with.
function askAgain(state: State): Transition {
  const request: Effect = { type: "request-decision", offers: offersOf(state) };
  return { state: { ...state, phase: "deciding", done: 0 }, effects: [request] };
}

export function onSlotVerified(state: State, event: EventOf<"slot-verified">): Transition {
  const target = state.phase === "verifying" ? state.memory.targets[state.done] : undefined;
  if (target?.offer.storageLocation !== event.storageLocation) return unchanged(state);
  const verified = { ...state, done: state.done + 1 };
  if (verified.done < state.memory.targets.length) return verifyNext(verified);
  return askAgain(verified);
}

export function onSlotFailed(state: State, { storageLocation, time }: EventOf<"slot-failed">): Transition {
  const target = state.phase === "verifying" ? state.memory.targets[state.done] : undefined;
  if (target?.offer.storageLocation !== storageLocation) return unchanged(state);
  return fail(state, refuse("update/image-digest", `It is ${storageLocation}, slot ${target.slot}.`), time);
}

export function onCancel(state: State, { time }: EventOf<"cancel">): Transition {
  return isPending(state.phase) ? fail(state, refuse("update/cancelled"), time) : unchanged(state);
}
