import { compare, fromHex } from "../bytes/index.ts";

// RFC 8032 section 5.1, big-endian: the field prime p = 2^255 - 19 and the order L of the base point.
const P = fromHex("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed");
const L = fromHex("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed");

/**
 * y of the eight points whose order divides 8, big-endian without the sign bit: orders 4, 1, 2, 8 and 8. Source:
 * the list in libsodium's `ge25519_has_small_order`, less its two spellings with y >= p, which are not canonical.
 */
const SMALL_ORDER_Y = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0000000000000000000000000000000000000000000000000000000000000001",
  "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec",
  "05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826",
  "7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7",
].map(fromHex);

// The two y at which x is 0, so that a sign bit would spell the same point twice: 1 and p - 1.
const Y_WITHOUT_X = SMALL_ORDER_Y.slice(1, 3);

const matches = (y: Uint8Array, list: readonly Uint8Array[]): boolean =>
  list.some((member) => compare(member, y) === 0);

interface Encoded {
  /** Big-endian, 32 bytes, below 2^255. */
  readonly y: Uint8Array;
  readonly sign: boolean;
}

// RFC 8032 section 5.1.2: little-endian y, the sign of x in the top bit.
function split(point: Uint8Array): Encoded {
  const y = point.toReversed();
  const top = y[0] ?? 0;
  y[0] = top & 0x7f;
  return { y, sign: top >= 0x80 };
}

/** Whether 32 bytes spell a point as RFC 8032 section 5.1.3 demands: y < p, and no sign where x = 0. */
export function isCanonicalPoint(point: Uint8Array): boolean {
  const { y, sign } = split(point);
  return point.length === 32 && compare(y, P) < 0 && !(sign && matches(y, Y_WITHOUT_X));
}

/**
 * Whether 32 canonical bytes spell a point whose order divides 8. As a key it would sign anything for anyone; as R it
 * divides the platforms (OpenSSL accepts it, Web Crypto's "Secure Curves" and newer Node refuse it) and no signer makes it.
 */
export function isSmallOrder(point: Uint8Array): boolean {
  return matches(split(point).y, SMALL_ORDER_Y);
}

/** Whether a signature is R || S with R canonical and not of small order, and S < L (RFC 8032 section 5.1.7). */
export function isStrictEd25519Signature(signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  const r = signature.subarray(0, 32);
  return isCanonicalPoint(r) && !isSmallOrder(r) && compare(signature.subarray(32).toReversed(), L) < 0;
}
