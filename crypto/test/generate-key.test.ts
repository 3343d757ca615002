import assert from "node:assert/strict";
import { test } from "node:test";
import { algorithmOf, publicKey } from "@firmament/core/keys";
import { generateKey, privateKey, publicPart } from "@firmament/crypto";

test("a generated key is sound, complete and for its algorithm", async () => {
  for (const algorithm of ["ES256", "EdDSA", "RS384"] as const) {
    const key = await generateKey(algorithm);
    assert.deepEqual(privateKey(key), key);
    assert.equal(algorithmOf(publicKey(publicPart(key), "key")), algorithm);
    assert.notDeepEqual(await generateKey(algorithm), key);
  }
});

test("[S4-54] an RSA key has 2048 bits unless another size is asked for", async () => {
  const bitsOf = (n: string) => 8 * Buffer.from(n, "base64url").length;
  const [usual, larger] = [await generateKey("RS384"), await generateKey("RS384", { modulusBits: 3072 })];
  assert.ok(usual.kty === "RSA" && larger.kty === "RSA");
  assert.deepEqual([bitsOf(usual.n), bitsOf(larger.n)], [2048, 3072]);
});
