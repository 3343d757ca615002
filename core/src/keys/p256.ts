import { compare, concat, fromHex } from "../bytes/index.ts";
import { toBigInt } from "./big-integer.ts";

// NIST SP 800-186 section 3.2.1.3: field prime, coefficient b and order n of P-256.
const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const N_BYTES = fromHex(N.toString(16));
const HALF_N_BYTES = fromHex((N / 2n).toString(16));
const ZERO = new Uint8Array(32);

/** Whether two big-endian coordinates of 32 bytes are below p and satisfy y^2 = x^3 - 3x + b. */
export function isOnP256(xBytes: Uint8Array, yBytes: Uint8Array): boolean {
  const x = toBigInt(xBytes);
  const y = toBigInt(yBytes);
  return x < P && y < P && (y * y - x * x * x + 3n * x - B) % P === 0n;
}

// Of 32 bytes from `at` on; a view of them would take longer than the comparison.
function compareAt(bytes: Uint8Array, at: number, other: Uint8Array): number {
  for (let i = 0; i < 32; i++) {
    const difference = (bytes[at + i] ?? 0) - (other[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether a signature is r || s with 0 < r < n and 0 < s <= n/2: of r, s and r, n - s only one form is accepted. */
export function isLowS(signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  if (compareAt(signature, 0, ZERO) === 0 || compareAt(signature, 32, ZERO) === 0) return false;
  return compareAt(signature, 0, N_BYTES) < 0 && compareAt(signature, 32, HALF_N_BYTES) <= 0;
}

/**
 * The low-s form of an ES256 signature by a library that does not care: r, s verifies exactly where r, n - s does.
 *
 * @param signature r || s, 64 bytes, s below n
 */
export function toLowS(signature: Uint8Array): Uint8Array {
  const s = signature.subarray(32);
  if (compare(s, HALF_N_BYTES) <= 0) return signature;
  const other = (N - toBigInt(s)).toString(16).padStart(64, "0");
  return concat(signature.subarray(0, 32), fromHex(other));
}
