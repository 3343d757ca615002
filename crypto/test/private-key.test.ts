import assert from "node:assert/strict";
import { test } from "node:test";
import { generateKey, type PrivateKey, privateKey } from "@firmament/crypto";
import { assertRefuses, errorOf } from "./support/refusals.ts";

const [ec, otherEc, okp, otherOkp, rsa, otherRsa] = await Promise.all([
  generateKey("ES256"),
  generateKey("ES256"),
  generateKey("EdDSA"),
  generateKey("EdDSA"),
  generateKey("RS384"),
  generateKey("RS384"),
]);

test("halves of different keys are refused, though the library would sign with them", () => {
  assertRefuses("private-key/mismatch", () => privateKey({ ...okp, d: otherOkp.d }));
  assert.ok(rsa.kty === "RSA" && otherRsa.kty === "RSA");
  assertRefuses("private-key/mismatch", () => privateKey({ ...otherRsa, n: rsa.n }));
});

test("an incomplete, extended or unusable key is refused", () => {
  for (const key of [ec, okp, rsa]) {
    const { d: _secret, ...publicHalf } = key;
    assertRefuses("private-key/malformed", () => privateKey(publicHalf));
    assertRefuses("private-key/malformed", () => privateKey({ ...key, kid: "1" }));
    assertRefuses("private-key/malformed", () => privateKey({ ...key, kty: "oct" }));
  }
  for (const fill of [0, 0xff]) {
    const d = Buffer.alloc(32, fill).toString("base64url");
    assertRefuses("private-key/mismatch", () => privateKey({ ...ec, d }), `d is out of range, all ${fill}`);
  }
  assertRefuses("private-key/malformed", () => privateKey(undefined));
});

test("no refusal shows the secret, neither in its message nor in a cause", async () => {
  const broken: readonly [PrivateKey, object][] = [
    [okp, { ...okp, d: `${okp.d}A` }],
    [okp, { ...okp, d: otherOkp.d }],
    [ec, { ...ec, d: otherEc.d }],
    [rsa, { ...rsa, d: `${rsa.d}!` }],
    [okp, { ...okp, [okp.d]: okp.d }],
  ];
  for (const [key, value] of broken) {
    const error = await errorOf(() => privateKey(value));
    assert.equal(error.cause, undefined);
    const shown = `${error.message} ${error.stack ?? ""} ${JSON.stringify(error)}`;
    for (const secret of [key.d, otherOkp.d, otherEc.d]) assert.ok(!shown.includes(secret.slice(0, 12)));
  }
});
