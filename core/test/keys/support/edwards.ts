/** Curve arithmetic of RFC 8032 section 5.1 in its plainest form, to check constants against. */
export type Point = readonly [x: bigint, y: bigint];

export const P = 2n ** 255n - 19n;
/** Order of the base point. */
export const L = 2n ** 252n + 27742317777372353535851937790883648493n;
export const IDENTITY: Point = [0n, 1n];

const mod = (a: bigint): bigint => ((a % P) + P) % P;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = mod(base);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

function inverse(a: bigint): bigint {
  let [r, before, t, tBefore] = [mod(a), P, 1n, 0n];
  while (r !== 0n) {
    const q = before / r;
    [before, r] = [r, before - q * r];
    [tBefore, t] = [t, tBefore - q * t];
  }
  return mod(tBefore);
}

const D = mod(-121665n * inverse(121666n));

export function add([x1, y1]: Point, [x2, y2]: Point): Point {
  const k = mod(D * x1 * x2 * y1 * y2);
  return [mod((x1 * y2 + x2 * y1) * inverse(mod(1n + k))), mod((y1 * y2 + x1 * x2) * inverse(mod(1n - k)))];
}

export function multiply(scalar: bigint, point: Point): Point {
  let result = IDENTITY;
  let doubled = point;
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = add(result, doubled);
    doubled = add(doubled, doubled);
  }
  return result;
}

export const negate = ([x, y]: Point): Point => [mod(-x), y];

export function fromLittleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
}

/** RFC 8032 section 5.1.3, but lenient: any y, any sign. */
export function decode(bytes: Uint8Array): Point {
  const y = fromLittleEndian(bytes) & (2n ** 255n - 1n);
  const square = mod((y * y - 1n) * inverse(mod(D * y * y + 1n)));
  const root = power(square, (P + 3n) / 8n);
  const x = mod(root * root - square) === 0n ? root : mod(root * power(2n, (P - 1n) / 4n));
  if (mod(x * x - square) !== 0n) throw new RangeError("not a point of the curve");
  return [Number(x & 1n) === (bytes[31] ?? 0) >> 7 ? x : mod(-x), mod(y)];
}

/** 32 bytes: little-endian y, and the given top bit whatever x is. */
export function encodeY(y: bigint, sign: boolean): Uint8Array {
  const bytes = Buffer.from((sign ? y + 2n ** 255n : y).toString(16).padStart(64, "0"), "hex");
  return new Uint8Array(bytes.reverse());
}

export function encode([x, y]: Point): Uint8Array {
  return encodeY(y, (x & 1n) === 1n);
}

export const BASE = decode(Buffer.from("5866666666666666666666666666666666666666666666666666666666666666", "hex"));
