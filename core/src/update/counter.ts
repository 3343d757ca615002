import { type BootTable, imageAt } from "./boot-table.ts";

/**
 * Highest counter that still leaves the component something to fall back to: the sequence of what was confirmed
 * before it, if that is another slot and whole, or of the recovery image; 0 where it has neither.
 */
export function fallbackSequence(table: BootTable, index: number): number {
  const isOther = table.previous?.[index] !== table.confirmed[index];
  const previous = isOther ? imageAt(table, table.previous, index) : undefined;
  return Math.max(previous?.sequence ?? 0, table.components[index]?.recovery?.sequence ?? 0);
}

/**
 * The rollback counters after a confirmation: each rises to the confirmed sequence, but not above what the
 * fallback satisfies, whatever floor an offer named. None ever falls.
 */
export function raisedCounters(table: BootTable, counters: readonly number[]): readonly number[] {
  return table.components.map((_, i) => {
    const confirmed = imageAt(table, table.confirmed, i)?.sequence ?? 0;
    return Math.max(counters[i] ?? 0, Math.min(confirmed, fallbackSequence(table, i)));
  });
}
