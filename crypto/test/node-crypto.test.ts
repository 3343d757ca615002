import assert from "node:assert/strict";
import { createHash, createHmac, generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { nodeCrypto } from "@firmament/crypto";
import fc from "fast-check";

const bytes = fc.uint8Array({ maxLength: 300 });

test("digests and macs are those of the streaming interface", () => {
  fc.assert(
    fc.property(bytes, bytes, (key, data) => {
      assert.deepEqual(nodeCrypto.sha256(data), new Uint8Array(createHash("sha256").update(data).digest()));
      assert.deepEqual(nodeCrypto.sha384(data), new Uint8Array(createHash("sha384").update(data).digest()));
      const mac = createHmac("sha256", key).update(data).digest();
      assert.deepEqual(nodeCrypto.hmacSha256(key, data), new Uint8Array(mac));
    }),
  );
});

test("digests are plain byte arrays that share their memory with nothing", () => {
  for (const name of ["sha256", "sha384"] as const) {
    const [one, other] = [nodeCrypto[name](new Uint8Array(1)), nodeCrypto[name](new Uint8Array(2))];
    assert.equal(Object.getPrototypeOf(one), Uint8Array.prototype);
    assert.notEqual(one.buffer, other.buffer);
    assert.equal(one.buffer.byteLength, one.length);
  }
});

test("a slice of a larger buffer is hashed, not the buffer", () => {
  const whole = new Uint8Array(64).map((_, i) => i);
  assert.deepEqual(nodeCrypto.sha256(whole.subarray(8, 16)), nodeCrypto.sha256(whole.slice(8, 16)));
});

test("any RSA modulus that is enrolled gives a verdict, never a fault", () => {
  const modulus = fc.uint8Array({ minLength: 256, maxLength: 260 }).map((n) => {
    n[0] = (n[0] ?? 0) | 0x80;
    n[n.length - 1] = (n.at(-1) ?? 0) | 1;
    return n;
  });
  fc.assert(
    fc.property(modulus, bytes, (n, message) => {
      const key = { e: "AQAB", kty: "RSA", n: Buffer.from(n).toString("base64url") } as const;
      return !nodeCrypto.verify("RS384", key, message, new Uint8Array(n.length).fill(1));
    }),
  );
});

const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
const { x = "", y = "" } = pair.publicKey.export({ format: "jwk" });
const p256 = { crv: "P-256", kty: "EC", x, y } as const;

// Some 1 in 128 of them has a number whose first byte is zero.
test("every ES256 signature that OpenSSL makes is true, and false once a bit of it is another", () => {
  fc.assert(
    fc.property(bytes, fc.nat(511), (message, bit) => {
      const made = sign("sha256", message, { dsaEncoding: "ieee-p1363", key: pair.privateKey });
      const signature = new Uint8Array(made);
      assert.equal(nodeCrypto.verify("ES256", p256, message, signature), true);
      signature[bit >> 3] = (signature[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.equal(nodeCrypto.verify("ES256", p256, message, signature), false);
    }),
    { numRuns: 500 },
  );
});

test("any bytes as an ES256 signature give a verdict, never a fault", () => {
  const half = fc.oneof(
    fc.uint8Array({ minLength: 32, maxLength: 32 }),
    fc.constantFrom(new Uint8Array(32), new Uint8Array(32).fill(0xff), Uint8Array.of(...new Uint8Array(31), 1)),
  );
  fc.assert(
    fc.property(half, half, (r, s) => !nodeCrypto.verify("ES256", p256, new Uint8Array(3), Uint8Array.of(...r, ...s))),
  );
  for (const length of [0, 63, 65, 70]) {
    assert.equal(nodeCrypto.verify("ES256", p256, new Uint8Array(3), new Uint8Array(length).fill(1)), false);
  }
});

test("any 32 bytes as an Ed25519 key give a verdict, never a fault", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.uint8Array({ minLength: 64, maxLength: 64 }),
      (x, s) => {
        const key = { crv: "Ed25519", kty: "OKP", x: Buffer.from(x).toString("base64url") } as const;
        return !nodeCrypto.verify("EdDSA", key, new Uint8Array(3), s);
      },
    ),
  );
});
