const INTEGER = 0x02;
const SEQUENCE = 0x30;
const HALF = 32;

// Shortest form of an unsigned number: no zero byte but the one that keeps it from being negative.
function writeInteger(into: Uint8Array, at: number, number: Uint8Array): number {
  let start = 0;
  while (start < HALF - 1 && number[start] === 0) start++;
  const padding = (number[start] ?? 0) >= 0x80 ? 1 : 0;
  const length = HALF - start + padding;
  into[at] = INTEGER;
  into[at + 1] = length;
  into.set(number.subarray(start), at + 2 + padding);
  return at + 2 + length;
}

/**
 * An ECDSA signature of P-256 as X9.62 and RFC 3279 section 2.2.3 write it.
 *
 * @param signature r || s, 64 bytes
 */
export function toDer(signature: Uint8Array): Uint8Array {
  const der = new Uint8Array(2 + 2 * (2 + HALF + 1));
  const middle = writeInteger(der, 2, signature.subarray(0, HALF));
  const end = writeInteger(der, middle, signature.subarray(HALF));
  der[0] = SEQUENCE;
  der[1] = end - 2;
  return der.subarray(0, end);
}
