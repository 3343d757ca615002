const INTEGER = 0x02;
const SEQUENCE = 0x30;
const HALF = 32;

// Shortest form of an unsigned number: no zero byte but the one that keeps it from being negative.
function writeInteger(into: Uint8Array, at: number, signature: Uint8Array, from: number): number {
  let start = from;
  while (start < from + HALF - 1 && signature[start] === 0) start++;
  let end = at + 2;
  if ((signature[start] ?? 0) >= 0x80) into[end++] = 0;
  while (start < from + HALF) into[end++] = signature[start++] ?? 0;
  into[at] = INTEGER;
  into[at + 1] = end - at - 2;
  return end;
}

/**
 * An ECDSA signature of P-256 as X9.62 and RFC 3279 section 2.2.3 write it.
 *
 * @param signature r || s, 64 bytes; read byte by byte, since a view of so few would take memory of its own
 */
export function toDer(signature: Uint8Array): Uint8Array {
  const der = new Uint8Array(2 + 2 * (2 + HALF + 1));
  const end = writeInteger(der, writeInteger(der, 2, signature, 0), signature, HALF);
  der[0] = SEQUENCE;
  der[1] = end - 2;
  return der.subarray(0, end);
}
