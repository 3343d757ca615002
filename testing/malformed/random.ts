/** The one seed of this folder's choices: a failing case comes back in every run. */
export const seed = 0x5eed_0005;

/** Whole numbers from 0 up to, not including, `below`. */
export type Random = (below: number) => number;

/** xorshift32 (Marsaglia, 2003): the same numbers on every machine, from a text that names who draws them. */
export function randomFor(name: string): Random {
  let state = seed;
  for (const unit of name) state = Math.imul(state ^ (unit.codePointAt(0) ?? 0), 0x0100_0193) >>> 0 || seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

/** At most `most` of the items, in their order, evenly chosen. */
export function sampleOf<T>(random: Random, items: readonly T[], most: number): readonly T[] {
  let [left, wanted] = [items.length, Math.min(most, items.length)];
  return items.filter(() => {
    const taken = random(left--) < wanted;
    if (taken) wanted--;
    return taken;
  });
}
