import { type BootTable, imageAt, type Place, type Selection, withoutImage, withReturned } from "./boot-table.ts";

/** What a boot runs; all but `trial` are images that were confirmed once or came from the factory. */
export type Running = "trial" | "confirmed" | "previous" | "recovery";

export interface BootChoice {
  readonly running: Running;
  readonly places: Selection;
  /** The table after the decision; it must be durable before control passes to the image. */
  readonly table: BootTable;
}

/** Reads a place back and compares it with the digests recorded for it. */
export type IsIntact = (index: number, place: Place) => boolean;

function isBootable(table: BootTable, selection: Selection, isIntact: IsIntact): boolean {
  return selection.every((place, i) => imageAt(table, selection, i) !== undefined && isIntact(i, place));
}

function recoveryOf(table: BootTable): Selection {
  return table.components.map(() => "recovery");
}

// A slot that failed its check is no fallback for anything any more.
function withoutDamaged(table: BootTable, selection: Selection, isIntact: IsIntact): BootTable {
  let kept = table;
  selection.forEach((place, i) => {
    if (place !== "recovery" && !isIntact(i, place)) kept = withoutImage(kept, i, place);
  });
  return kept;
}

function chooseTrial(table: BootTable, isIntact: IsIntact): BootChoice | undefined {
  const { trial } = table;
  if (trial === undefined || trial.returned || trial.bootsLeft < 1) return undefined;
  if (!isBootable(table, trial.places, isIntact)) return undefined;
  return {
    running: "trial",
    places: trial.places,
    table: { ...table, trial: { ...trial, bootsLeft: trial.bootsLeft - 1 } },
  };
}

function fallBack(table: BootTable, isIntact: IsIntact): BootChoice | undefined {
  const fallbacks: ["previous" | "recovery", Selection | undefined][] = [
    ["previous", table.previous],
    ["recovery", recoveryOf(table)],
  ];
  for (const [running, places] of fallbacks) {
    if (places === undefined || !isBootable(table, places, isIntact)) continue;
    const { components, trial } = withoutDamaged(table, table.confirmed, isIntact);
    return { running, places, table: { components, confirmed: places, ...(trial && { trial }), fellBack: running } };
  }
  return undefined;
}

/**
 * Decides what to boot: the trial while it has boots left, else the confirmed selection, else the previous one,
 * else recovery. No place boots unless it is intact, and no floor and no counter is asked: they gate installing.
 *
 * @returns undefined where nothing is intact; the table is then left alone, so that a later start can try again
 */
export function chooseBoot(table: BootTable, isIntact: IsIntact): BootChoice | undefined {
  const onTrial = chooseTrial(table, isIntact);
  if (onTrial !== undefined) return onTrial;
  const returned = withReturned(table);
  if (isBootable(returned, returned.confirmed, isIntact)) {
    return { running: "confirmed", places: returned.confirmed, table: returned };
  }
  return fallBack(returned, isIntact);
}
