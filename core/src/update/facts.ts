import { type BootTable, imageAt, indexOf, type Selection } from "./boot-table.ts";
import type { Effect, UpdateFact } from "./effect.ts";
import type { Offer } from "./offer.ts";

export interface Occasion {
  readonly event: UpdateFact["event"];
  readonly time: number;
  /** What the versions before are taken from. */
  readonly before: { readonly table: BootTable; readonly selection: Selection | undefined };
  readonly status?: string;
}

function logOf(offer: Offer, { event, time, before, status }: Occasion): Effect {
  const index = indexOf(before.table, offer.storageLocation);
  const versionBefore = imageAt(before.table, before.selection, index)?.version;
  const fact: UpdateFact = {
    event,
    time,
    release: offer.release,
    versionAfter: offer.version,
    ...(versionBefore !== undefined && { versionBefore }),
    ...(status !== undefined && { status }),
  };
  return { type: "log", fact };
}

/** A journal entry for each component of an update. */
export function logAll(offers: readonly Offer[], occasion: Occasion): Effect[] {
  return offers.map((each) => logOf(each, occasion));
}
