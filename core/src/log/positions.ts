// Sizes and indexes reach 2^53-1, so nothing here uses the 32-bit bit operators.

export function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

export function half(n: number): number {
  return Math.floor(n / 2);
}

export function isOdd(n: number): boolean {
  return n % 2 === 1;
}

/** Number of one bits. */
export function ones(n: number): number {
  let count = 0;
  for (let rest = n; rest > 0; rest = half(rest)) count += rest % 2;
  return count;
}

/** Number of zero bits below the lowest one bit; `n` must not be 0. */
export function trailingZeros(n: number): number {
  let count = 0;
  for (let rest = n; !isOdd(rest); rest = half(rest)) count++;
  return count;
}

/** Levels to climb until the paths of two nodes of one level meet: the bit length of `a XOR b`. */
export function meetingLevel(a: number, b: number): number {
  let level = 0;
  for (let [x, y] = [a, b]; x !== y; [x, y] = [half(x), half(y)]) level++;
  return level;
}

/** Level of the largest complete subtree that fits `n` leaves: the rank of the highest one bit; `n` must not be 0. */
export function topLevel(n: number): number {
  let level = 0;
  for (let rest = half(n); rest > 0; rest = half(rest)) level++;
  return level;
}
