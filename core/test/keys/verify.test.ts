import assert from "node:assert/strict";
import { test } from "node:test";
import { type PublicKey, requireSignature, verifySignature } from "@firmament/core/keys";
import fc from "fast-check";
import { encodeY, L, P } from "./support/edwards.ts";
import { assertRefuses } from "./support/refusals.ts";
import { ed25519Key, p256Key, rsaKey } from "./support/sample-keys.ts";
import { stubCrypto } from "./support/stub-crypto.ts";

const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const message = Buffer.from("message");
const big = (n: bigint): Buffer => Buffer.from(n.toString(16).padStart(64, "0"), "hex");
const little = (n: bigint): Buffer => big(n).reverse();
const any256 = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });

/** What the core lets through to a primitive that accepts everything. */
function passes(key: PublicKey, ...signature: Uint8Array[]): boolean {
  return verifySignature(stubCrypto(true), key, message, Buffer.concat(signature));
}

test("ES256: only 0 < r < n and 0 < s <= n / 2 reach the primitive", () => {
  const near = (n: bigint) => fc.bigInt({ min: n - 3n, max: n + 3n });
  const scalar = fc.oneof(any256, fc.bigInt({ min: 0n, max: 3n }), near(N), near(N / 2n));
  fc.assert(
    fc.property(scalar, scalar, (r, s) => {
      assert.equal(passes(p256Key, big(r), big(s)), r > 0n && r < N && s > 0n && s <= N / 2n);
    }),
  );
});

test("Ed25519: only S < L reaches the primitive", () => {
  const scalar = fc.oneof(any256, fc.bigInt({ min: 0n, max: 15n * L }), fc.bigInt({ min: L - 3n, max: L + 3n }));
  fc.assert(fc.property(scalar, (s) => passes(ed25519Key, encodeY(9n, false), little(s)) === s < L));
});

test("Ed25519: only a canonical R that is not of small order reaches the primitive", () => {
  const smallOrder = new Set([0n, 1n, P - 1n]);
  const near = fc.bigInt({ min: P - 3n, max: 2n ** 255n - 1n });
  const y = fc.oneof(fc.bigInt({ min: 0n, max: P }), near, fc.bigInt({ min: 0n, max: 3n }));
  fc.assert(
    fc.property(y, fc.boolean(), (value, sign) => {
      assert.equal(passes(ed25519Key, encodeY(value, sign), little(1n)), value < P && !smallOrder.has(value));
    }),
  );
});

test("RS384: only a signature as long as the modulus reaches the primitive", () => {
  for (const length of [0, 255, 257, 384, 512]) assert.equal(passes(rsaKey, Buffer.alloc(length)), false);
  assert.equal(passes(rsaKey, Buffer.alloc(256)), true);
});

test("no other length reaches the primitive", () => {
  for (const length of [0, 32, 63, 65, 72, 128]) {
    assert.equal(passes(p256Key, Buffer.alloc(length, 1)), false);
    assert.equal(passes(ed25519Key, Buffer.alloc(length, 1)), false);
  }
});

test("a key that no decoder saw does not reach the primitive", () => {
  const crypto = stubCrypto(true);
  const signature = Buffer.alloc(64, 1);
  const identity: PublicKey = { ...ed25519Key, x: Buffer.from(encodeY(1n, false)).toString("base64url") };
  for (const key of [identity, { ...p256Key, y: p256Key.x }, { ...rsaKey, n: rsaKey.n.slice(0, 172) }]) {
    assert.equal(verifySignature(crypto, key, message, signature), false);
  }
  assert.deepEqual(crypto.asked, []);
});

test("the primitive is asked with the algorithm that is bound to the key, and decides", () => {
  const scalars = Buffer.alloc(64, 1);
  for (const verdict of [true, false]) {
    const crypto = stubCrypto(verdict);
    assert.equal(verifySignature(crypto, p256Key, message, scalars), verdict);
    assert.equal(
      verifySignature(crypto, ed25519Key, message, Buffer.concat([scalars.subarray(32), little(5n)])),
      verdict,
    );
    assert.equal(verifySignature(crypto, rsaKey, message, Buffer.alloc(256)), verdict);
    assert.deepEqual(crypto.asked, ["ES256", "EdDSA", "RS384"]);
  }
});

test("requireSignature refuses what verifySignature denies", () => {
  assert.equal(requireSignature(stubCrypto(true), p256Key, message, Buffer.alloc(64, 1)), undefined);
  assertRefuses("keys/signature", () => {
    requireSignature(stubCrypto(false), p256Key, message, Buffer.alloc(64, 1));
  });
});

test("a fault of the primitive stays a fault", () => {
  const broken = {
    ...stubCrypto(true),
    verify: () => {
      throw new Error("out of memory");
    },
  };
  assert.throws(() => verifySignature(broken, p256Key, message, Buffer.alloc(64, 1)), { name: "Error" });
});
