import { type BootTable, imageAt, indexOf, type Selection } from "./boot-table.ts";
import type { Effect, UpdateFact } from "./effect.ts";
import type { Offer } from "./offer.ts";

/** What an entry says about a component's release. */
export type Named = Pick<Offer, "release" | "storageLocation" | "version">;

export interface Occasion {
  readonly event: UpdateFact["event"];
  readonly time: number;
  /** What the versions before are taken from. */
  readonly before: { readonly table: BootTable; readonly selection: Selection | undefined };
  readonly status?: string;
}

function logOf(named: Named, { event, time, before, status }: Occasion): Effect {
  const index = indexOf(before.table, named.storageLocation);
  const versionBefore = imageAt(before.table, before.selection, index)?.version;
  const fact: UpdateFact = {
    event,
    time,
    release: named.release,
    versionAfter: named.version,
    ...(versionBefore !== undefined && { versionBefore }),
    ...(status !== undefined && { status }),
  };
  return { type: "log", fact };
}

/** A journal entry for each component of an update. */
export function logAll(images: readonly Named[], occasion: Occasion): Effect[] {
  return images.map((each) => logOf(each, occasion));
}
