import assert from "node:assert/strict";
import { test } from "node:test";
import { toBase64url, utf8 } from "@firmament/core/bytes";
import { parseHeader, requireJws, unsignedJws } from "@firmament/core/jws";
import { algorithmOf, keyId } from "@firmament/core/keys";
import { assertRefuses } from "../keys/support/refusals.ts";
import { ed25519Key, p256Key } from "../keys/support/sample-keys.ts";
import { stubCrypto } from "../keys/support/stub-crypto.ts";

const crypto = stubCrypto(true);
const purpose = { typ: "firmament-tx+json", ledger: "example.org/registry/0123456789abcdef" };
const signer = { algorithm: algorithmOf(p256Key), kid: keyId(crypto, p256Key) };
const jws = { ...unsignedJws(signer, purpose, utf8("{}")), signature: toBase64url(new Uint8Array(64).fill(1)) };
const header = parseHeader(jws.protected, purpose);

test("a JWS whose header fits the key is handed to the equation", () => {
  assert.equal(requireJws(crypto, p256Key, header, jws), undefined);
  assertRefuses("keys/signature", () => {
    requireJws(stubCrypto(false), p256Key, header, jws);
  });
});

test("the algorithm is the key's, whatever the header claims", () => {
  assertRefuses("jws/algorithm", () => {
    requireJws(crypto, ed25519Key, { ...header, kid: keyId(crypto, ed25519Key) }, jws);
  });
  assertRefuses("jws/algorithm", () => {
    requireJws(crypto, p256Key, { ...header, alg: "RS384" }, jws);
  });
});

test("the kid is the key's thumbprint", () => {
  assertRefuses("jws/kid", () => {
    requireJws(crypto, p256Key, { ...header, kid: keyId(crypto, ed25519Key) }, jws);
  });
});
