import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "@firmament/core/errors";
import { type Crypto, selfTest } from "@firmament/core/keys";
import { selfTestVectors } from "../../src/keys/vectors/index.ts";
import { stubCrypto } from "./support/stub-crypto.ts";

function faultOf(crypto: Crypto): string {
  try {
    selfTest(crypto);
  } catch (error) {
    assert.ok(error instanceof Error && !(error instanceof Refusal));
    return error.message;
  }
  return "";
}

test("there are 20 to 200 vectors, each with its own name, of each algorithm with both verdicts", () => {
  assert.ok(selfTestVectors.length >= 20 && selfTestVectors.length <= 200);
  assert.equal(new Set(selfTestVectors.map((vector) => vector.name)).size, selfTestVectors.length);
  const kinds = new Set(selfTestVectors.map((vector) => `${vector.key.kty} ${vector.valid}`));
  assert.equal(kinds.size, 6);
});

test("a platform that refuses or accepts everything is named with the vector, as a fault", () => {
  assert.match(faultOf(stubCrypto(false)), /"ed25519-rfc8032-1"/);
  assert.match(faultOf(stubCrypto(true)), /"ed25519-other-message"/);
});

test("a platform with another digest is found before any signature", () => {
  const zero = () => new Uint8Array(48);
  assert.match(faultOf({ ...stubCrypto(true), sha256: zero }), /SHA-256/);
  assert.match(faultOf({ ...stubCrypto(true), sha384: zero }), /SHA-384/);
  assert.match(faultOf({ ...stubCrypto(true), hmacSha256: zero }), /HMAC/);
});
