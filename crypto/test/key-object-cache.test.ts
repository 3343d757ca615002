import assert from "node:assert/strict";
import { test } from "node:test";
import type { Algorithm } from "@firmament/core/keys";
import { generateKey, publicPart } from "@firmament/crypto";
import { KeyObjectCache } from "../src/key-object-cache.ts";

const algorithms: readonly Algorithm[] = ["EdDSA", "ES256", "RS384"];
const [a, b, c] = await Promise.all(algorithms.map(async (algorithm) => publicPart(await generateKey(algorithm))));
assert.ok(a && b && c);

test("a key is imported once, whatever object it comes in", () => {
  const cache = new KeyObjectCache(3);
  for (const key of [a, b, c]) assert.equal(cache.get(key), cache.get({ ...key }));
  assert.equal(cache.size, 3);
});

test("the key that was used longest ago is forgotten first", () => {
  const cache = new KeyObjectCache(2);
  const [first, second] = [cache.get(a), cache.get(b)];
  assert.equal(cache.get(a), first);
  cache.get(c);
  assert.equal(cache.size, 2);
  assert.equal(cache.get(a), first);
  assert.notEqual(cache.get(b), second);
});

test("the cache hands out the key that it was asked for", () => {
  const cache = new KeyObjectCache(3);
  for (const key of [a, b, c, a, b, c]) {
    const { kty, x, n } = cache.get(key).export({ format: "jwk" });
    assert.deepEqual([kty, x ?? n], [key.kty, key.kty === "RSA" ? key.n : key.x]);
  }
});
