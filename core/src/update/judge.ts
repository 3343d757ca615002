import { type Refusal, show } from "../errors/index.ts";
import { imageAt, indexOf } from "./boot-table.ts";
import { refuse } from "./errors.ts";
import type { Offer } from "./offer.ts";
import type { State, UpdateLimits } from "./state.ts";
import { isSuperior } from "./version.ts";

// The counter outlives the images: it still speaks where the device had to fall back below it.
function judgeSequence(state: State, { sequence, floor }: Offer, index: number): Refusal | undefined {
  const installed = imageAt(state.table, state.table.confirmed, index)?.sequence ?? 0;
  const counter = state.counters[index] ?? 0;
  if (sequence === installed) return refuse("update/equal-sequence", `Got ${sequence}.`);
  if (sequence < installed) return refuse("update/older-sequence", `Got ${sequence}, installed is ${installed}.`);
  if (sequence < counter) return refuse("update/below-counter", `Got ${sequence}, the counter is ${counter}.`);
  if (sequence < floor) return refuse("update/below-floor", `Got ${sequence}, the floor is ${floor}.`);
  return undefined;
}

function judgeVersion(state: State, { version }: Offer, index: number): Refusal | undefined {
  const installed = imageAt(state.table, state.table.confirmed, index)?.version;
  if (installed === undefined || isSuperior(version, installed)) return undefined;
  return refuse("update/version", `Got ${show(version)}, installed is ${show(installed)}.`);
}

function judgeTrials({ memory }: State, { release }: Offer, limits: UpdateLimits): Refusal | undefined {
  const trials = memory.failed?.releases.includes(release) === true ? memory.failed.trials : 0;
  return trials < limits.maxTrials
    ? undefined
    : refuse("update/failed-before", `${show(release)} came back ${trials} times.`);
}

function judgeOffer(state: State, offer: Offer, limits: UpdateLimits): Refusal | undefined {
  const index = indexOf(state.table, offer.storageLocation);
  const component = state.table.components[index];
  if (component === undefined) return refuse("update/storage-location", `Got ${show(offer.storageLocation)}.`);
  if (offer.image.size > component.slotSize) {
    return refuse("update/too-large", `Got ${offer.image.size} bytes for ${component.slotSize}.`);
  }
  return judgeSequence(state, offer, index) ?? judgeVersion(state, offer, index) ?? judgeTrials(state, offer, limits);
}

/** Why the device does not install these offers, the first reason found; undefined where it does. */
export function judgeOffers(state: State, offers: readonly Offer[], limits: UpdateLimits): Refusal | undefined {
  return state.phase === "idle"
    ? judgeFit(state, offers, limits)
    : refuse("update/busy", `The phase is ${state.phase}.`);
}

/** {@link judgeOffers} without regard to what the device is doing. */
export function judgeFit(state: State, offers: readonly Offer[], limits: UpdateLimits): Refusal | undefined {
  const locations = new Set(offers.map((each) => each.storageLocation));
  if (offers.length === 0 || locations.size !== offers.length) {
    return refuse("update/components", `Got ${offers.length} images for ${locations.size} components.`);
  }
  for (const each of offers) {
    const refusal = judgeOffer(state, each, limits);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
