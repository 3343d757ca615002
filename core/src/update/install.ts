import { imageOf, indexOf, withTrial } from "./boot-table.ts";
import { fail, occasion, offersOf } from "./download.ts";
import { refuse } from "./errors.ts";
import type { EventOf } from "./event.ts";
import { logAll } from "./facts.ts";
import { judgeFit } from "./judge.ts";
import type { Offer } from "./offer.ts";
import { type State, type Transition, unchanged, type UpdateLimits } from "./state.ts";

function activate(state: State, time: number, limits: UpdateLimits): Transition {
  const placed = state.memory.targets.map(({ offer, slot }) => ({
    index: indexOf(state.table, offer.storageLocation),
    slot,
    image: imageOf(offer),
  }));
  const table = withTrial(state.table, placed, limits.trialBoots);
  const logs = logAll(offersOf(state), { event: "installed", ...occasion(state, time) });
  return {
    state: { ...state, table, phase: "restarting", done: 0 },
    effects: [...logs, { type: "set-trial", table }, { type: "reboot" }],
  };
}

function isFetched(state: State, offers: readonly Offer[]): boolean {
  const fetched = offersOf(state);
  const isSame = (a: Offer, b: Offer) => a.release === b.release && a.manifestDigest === b.manifestDigest;
  return offers.length === fetched.length && fetched.every((each) => offers.some((offer) => isSame(each, offer)));
}

export function onDecided(state: State, { offers, time }: EventOf<"decided">, limits: UpdateLimits): Transition {
  if (state.phase !== "deciding") return unchanged(state);
  const refusal = isFetched(state, offers) ? judgeFit(state, offers, limits) : refuse("update/superseded");
  return refusal === undefined ? activate(state, time, limits) : fail(state, refusal, time);
}

export function onDeclined(state: State, { refusal, time }: EventOf<"declined">): Transition {
  return state.phase === "deciding" ? fail(state, refusal, time) : unchanged(state);
}
