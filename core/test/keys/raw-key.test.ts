import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { fromRawKey, type PublicKey, publicKey, rawKey } from "@firmament/core/keys";

function jwkOf(pair: { readonly publicKey: { export(options: { format: "jwk" }): unknown } }): PublicKey {
  return publicKey(pair.publicKey.export({ format: "jwk" }), "key");
}

test("a key comes back from its bare bytes, whose number tells its kind", () => {
  const keys = [
    { key: jwkOf(generateKeyPairSync("ed25519")), bytes: 32 },
    { key: jwkOf(generateKeyPairSync("ec", { namedCurve: "P-256" })), bytes: 64 },
    { key: jwkOf(generateKeyPairSync("rsa", { modulusLength: 2048 })), bytes: 256 },
  ];
  for (const { bytes, key } of keys) {
    assert.equal(rawKey(key).length, bytes);
    assert.deepEqual(fromRawKey(rawKey(key)), key);
  }
});

test("bytes of no kind, and bytes that are no sound key, are refused", () => {
  for (const length of [0, 31, 33, 63, 65, 255]) {
    assert.throws(() => fromRawKey(new Uint8Array(length)), { name: "Refusal", code: "keys/raw" });
  }
  assert.throws(() => fromRawKey(new Uint8Array(513).fill(0x81)), { name: "Refusal", code: "codec/value" });
  assert.throws(() => fromRawKey(new Uint8Array(32)), { name: "Refusal", code: "keys/point" });
  assert.throws(() => fromRawKey(new Uint8Array(64)), { name: "Refusal", code: "keys/point" });
  assert.throws(() => fromRawKey(new Uint8Array(256)), { name: "Refusal", code: "keys/modulus" });
});
