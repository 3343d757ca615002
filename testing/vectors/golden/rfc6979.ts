import { createECDH } from "node:crypto";
import { bigEndian, concat, fromHex, toHex } from "@firmament/core/bytes";
import { toLowS } from "@firmament/core/keys";
import { nodeCrypto } from "@firmament/crypto";

const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const number = (bytes: Uint8Array) => BigInt(`0x${toHex(bytes)}`);
const octets = (value: bigint) => fromHex(value.toString(16).padStart(64, "0"));
const modulo = (value: bigint) => ((value % N) + N) % N;

// N is prime: a^(N-2) is the inverse of a.
function inverse(value: bigint): bigint {
  let [result, base] = [1n, modulo(value)];
  for (let rest = N - 2n; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = modulo(result * base);
    base = modulo(base * base);
  }
  return result;
}

// RFC 6979 section 3.2 for P-256 and SHA-256; the first candidate is below N but for a chance of 2^-32.
function nonceOf(secret: Uint8Array, hash: Uint8Array): bigint {
  const seed = concat(secret, octets(modulo(number(hash))));
  let key: Uint8Array = new Uint8Array(32);
  let value: Uint8Array = new Uint8Array(32).fill(1);
  for (const step of [0, 1]) {
    key = nodeCrypto.hmacSha256(key, concat(value, bigEndian(step, 1), seed));
    value = nodeCrypto.hmacSha256(key, value);
  }
  const found = number(nodeCrypto.hmacSha256(key, value));
  if (found === 0n || found >= N) throw new RangeError("take another test key");
  return found;
}

/** x and y of a P-256 key, 32 bytes each. */
export function p256Point(secret: Uint8Array): { readonly x: Uint8Array; readonly y: Uint8Array } {
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(secret);
  const point = curve.getPublicKey();
  return { x: point.subarray(1, 33), y: point.subarray(33) };
}

/** ES256 without randomness (RFC 6979), low s: r ‖ s. */
export function signDeterministically(secret: Uint8Array, message: Uint8Array): Uint8Array {
  const hash = nodeCrypto.sha256(message);
  const nonce = nonceOf(secret, hash);
  const r = modulo(number(p256Point(octets(nonce)).x));
  const s = modulo(inverse(nonce) * (number(hash) + r * number(secret)));
  return toLowS(concat(octets(r), octets(s)));
}
