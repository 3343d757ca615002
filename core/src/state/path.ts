/** Bits of a path; a difference at this "depth" means that two paths are equal. */
export const pathBits = 256;

/** Bit of a path; 0 is the most significant bit of its first byte. */
export function bit(path: Uint8Array, depth: number): 0 | 1 {
  return (((path[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1) === 1 ? 1 : 0;
}

/** First bit in which two paths differ, i.e. the length of their common prefix; 256 where they are equal. */
export function firstDifference(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < pathBits / 8; i++) {
    const difference = (a[i] ?? 0) ^ (b[i] ?? 0);
    if (difference !== 0) return 8 * i + Math.clz32(difference) - 24;
  }
  return pathBits;
}

/** Parts things by the bit of their paths at `depth`, keeping their order: those that go left, those that go right. */
export function splitAt<T extends { readonly path: Uint8Array }>(
  items: readonly T[],
  depth: number,
): [left: T[], right: T[]] {
  const left: T[] = [];
  const right: T[] = [];
  for (const item of items) (bit(item.path, depth) === 0 ? left : right).push(item);
  return [left, right];
}
