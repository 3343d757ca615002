import assert from "node:assert/strict";
import { test } from "node:test";
import { toBase64url } from "@firmament/core/bytes";
import { algorithmOf, keyId, publicKey } from "@firmament/core/keys";
import fc from "fast-check";
import { add, decode, encode, encodeY, IDENTITY, P, type Point } from "./support/edwards.ts";
import { assertRefuses } from "./support/refusals.ts";
import { ed25519Key, p256Key, rsaKey } from "./support/sample-keys.ts";
import { stubCrypto } from "./support/stub-crypto.ts";

const okp = (bytes: Uint8Array) => ({ ...ed25519Key, x: toBase64url(bytes) });
const read = (key: unknown) => publicKey(key, "key");

function modulus(bytes: number, first: number, last: number): string {
  const n = new Uint8Array(bytes).fill(0x5a);
  n[0] = first;
  n[bytes - 1] = last;
  return toBase64url(n);
}

test("the three minimal forms are read as they are", () => {
  for (const key of [ed25519Key, p256Key, rsaKey]) assert.deepEqual(read(key), key);
});

test("an algorithm is bound to each kind of key", () => {
  assert.deepEqual([ed25519Key, p256Key, rsaKey].map(algorithmOf), ["EdDSA", "ES256", "RS384"]);
});

test("a key id is the thumbprint of RFC 7638 section 3.1 and RFC 8037 appendix A.3, whatever the member order", () => {
  const crypto = stubCrypto(true);
  assert.equal(keyId(crypto, rsaKey), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  assert.equal(keyId(crypto, ed25519Key), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
  const { crv, kty, x } = ed25519Key;
  assert.equal(keyId(crypto, { x, kty, crv }), keyId(crypto, ed25519Key));
});

test("no other member is allowed, above all no private one", () => {
  for (const key of [ed25519Key, p256Key, rsaKey]) {
    for (const extra of ["d", "alg", "kid", "use", "key_ops", "x5c"]) {
      assertRefuses("codec/unknown-member", () => read({ ...key, [extra]: "AQAB" }), extra);
    }
  }
});

test("a member that is missing, of another curve or of another kind is refused", () => {
  assertRefuses("codec/missing-member", () => read({ crv: "P-256", kty: "EC", x: p256Key.x }));
  assertRefuses("codec/missing-member", () => read({ crv: "Ed25519", x: ed25519Key.x }));
  assertRefuses("codec/value", () => read({ ...p256Key, crv: "P-384" }));
  assertRefuses("codec/value", () => read({ ...p256Key, crv: "secp256k1" }));
  assertRefuses("codec/value", () => read({ ...ed25519Key, crv: "X25519" }));
  assertRefuses("codec/value", () => read({ ...ed25519Key, kty: "oct" }));
  assertRefuses("codec/value", () => read({ ...rsaKey, e: "Aw" }));
  assertRefuses("codec/value", () => read({ ...rsaKey, e: "AAEAAQ" }));
  assertRefuses("codec/type", () => read({ ...ed25519Key, x: 5 }));
  for (const notAnObject of [undefined, null, "key", 5, [ed25519Key]])
    assertRefuses("codec/type", () => read(notAnObject));
});

test("a coordinate has exactly 32 bytes in canonical base64url", () => {
  const x = Buffer.from(ed25519Key.x, "base64url");
  assertRefuses("codec/value", () => read(okp(x.subarray(1))));
  assertRefuses("codec/value", () => read(okp(Buffer.concat([x, Buffer.of(0)]))));
  assertRefuses("codec/value", () => read({ ...ed25519Key, x: `${ed25519Key.x}=` }));
  assertRefuses("codec/value", () => read({ ...ed25519Key, x: x.toString("base64") + "/" }));
  // The last character's two unused bits: "p" decodes to the same byte as "o".
  assertRefuses("codec/value", () => read({ ...ed25519Key, x: `${ed25519Key.x.slice(0, -1)}p` }));
  assertRefuses("codec/value", () => read({ ...p256Key, y: toBase64url(new Uint8Array(31)) }));
});

test("Ed25519: every y >= p is refused, with and without a sign", () => {
  for (let y = P; y < 2n ** 255n; y++) {
    for (const sign of [false, true]) assertRefuses("keys/point", () => read(okp(encodeY(y, sign))), `${y - P}`);
  }
});

test("Ed25519: the eight points of small order are refused, in each spelling", () => {
  const generator = decode(Buffer.from("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", "hex"));
  const points: Point[] = [IDENTITY];
  for (let next = generator; next[0] !== 0n || next[1] !== 1n; next = add(next, generator)) points.push(next);
  assert.equal(points.length, 8);
  for (const point of points) {
    assertRefuses("keys/point", () => read(okp(encode(point))));
    for (const sign of [false, true]) assertRefuses("keys/point", () => read(okp(encodeY(point[1], sign))));
  }
});

test("Ed25519: any other y < p is let through, the curve itself is for the verification to know", () => {
  const y = fc.bigInt({ min: 2n, max: P - 2n });
  fc.assert(fc.property(y, fc.boolean(), (value, sign) => read(okp(encodeY(value, sign))) !== undefined));
});

test("P-256: a point off the curve, (0, 0) and swapped coordinates are refused", () => {
  const zero = toBase64url(new Uint8Array(32));
  assertRefuses("keys/point", () => read({ ...p256Key, y: ed25519Key.x }));
  assertRefuses("keys/point", () => read({ ...p256Key, x: zero, y: zero }));
  assertRefuses("keys/point", () => read({ ...p256Key, x: p256Key.y, y: p256Key.x }));
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (y) => {
      fc.pre(toBase64url(y) !== p256Key.y);
      try {
        read({ ...p256Key, y: toBase64url(y) });
        return false;
      } catch {
        return true;
      }
    }),
  );
});

test("P-256: a coordinate is below p, so that a point has one spelling", () => {
  const p = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
  const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
  const text = (n: bigint) => Buffer.from(n.toString(16).padStart(64, "0"), "hex").toString("base64url");
  const power = (base: bigint, exponent: bigint): bigint =>
    exponent === 0n ? 1n : (power((base * base) % p, exponent >> 1n) * (exponent & 1n ? base : 1n)) % p;
  // x = 0 is on the curve, since b is a square.
  const y = power(b, (p + 1n) / 4n);
  assert.equal((y * y) % p, b);
  assert.equal(algorithmOf(read({ ...p256Key, x: text(0n), y: text(y) })), "ES256");
  assertRefuses("keys/point", () => read({ ...p256Key, x: text(p), y: text(y) }));
});

test("RSA: 2048 to 4096 bits with the top bit set, and odd", () => {
  for (const bytes of [256, 384, 512]) assert.equal(read({ ...rsaKey, n: modulus(bytes, 0x80, 1) }).kty, "RSA");
  for (const bytes of [1, 128, 255])
    assertRefuses("keys/modulus", () => read({ ...rsaKey, n: modulus(bytes, 0x80, 1) }));
  assertRefuses("keys/modulus", () => read({ ...rsaKey, n: modulus(256, 0x7f, 1) }));
  assertRefuses("keys/modulus", () => read({ ...rsaKey, n: modulus(257, 0x00, 1) }));
  assertRefuses("keys/modulus", () => read({ ...rsaKey, n: modulus(256, 0x80, 2) }));
  assertRefuses("codec/value", () => read({ ...rsaKey, n: modulus(513, 0x80, 1) }));
  assertRefuses("codec/value", () => read({ ...rsaKey, n: "" }));
});
