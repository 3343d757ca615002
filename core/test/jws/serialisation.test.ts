import assert from "node:assert/strict";
import { test } from "node:test";
import { toBase64url, utf8 } from "@firmament/core/bytes";
import { flattenedJws, generalJws, jwsSignature, signingInput, unsignedJws } from "@firmament/core/jws";
import { assertRefuses } from "../keys/support/refusals.ts";

const signature = toBase64url(new Uint8Array(64));
const header = (name: string): string => toBase64url(utf8(`{"kid":"${name}"}`));
const flattened = { payload: "e30", protected: header("a"), signature };
const read = flattenedJws({ maxPayloadBytes: 4 });
const readGeneral = generalJws({ maxPayloadBytes: 4, maxSignatures: 2 });

test("a flattened JWS has three members and no unprotected header", () => {
  assert.deepEqual(read(flattened, "jws"), flattened);
  assertRefuses("codec/unknown-member", () => read({ ...flattened, header: { alg: "none" } }, "jws"));
  assertRefuses("codec/missing-member", () => read({ payload: "e30", protected: header("a") }, "jws"));
  assertRefuses("codec/type", () => read("a.b.c", "jws"));
});

test("payload, header and signature are bounded and canonical base64url", () => {
  assertRefuses("codec/value", () => read({ ...flattened, payload: toBase64url(new Uint8Array(5)) }, "jws"));
  assertRefuses("codec/value", () => read({ ...flattened, payload: "" }, "jws"));
  assertRefuses("codec/value", () => read({ ...flattened, payload: "e31" }, "jws"));
  assertRefuses("codec/value", () => read({ ...flattened, payload: "e30=" }, "jws"));
  assertRefuses("codec/value", () => read({ ...flattened, protected: toBase64url(new Uint8Array(1025)) }, "jws"));
  assertRefuses("codec/value", () => read({ ...flattened, signature: toBase64url(new Uint8Array(63)) }, "jws"));
  assertRefuses("codec/value", () => read({ ...flattened, signature: toBase64url(new Uint8Array(513)) }, "jws"));
});

test("the signatures of a general JWS strictly rise, so that a set has one spelling and no duplicate", () => {
  const [a, b, c] = ["a", "b", "c"].map((name) => ({ protected: header(name), signature }));
  assert.deepEqual(readGeneral({ payload: "e30", signatures: [a, b] }, "jws"), { payload: "e30", signatures: [a, b] });
  assertRefuses("codec/value", () => readGeneral({ payload: "e30", signatures: [b, a] }, "jws"));
  assertRefuses("codec/value", () => readGeneral({ payload: "e30", signatures: [a, a] }, "jws"));
  assertRefuses("codec/value", () => readGeneral({ payload: "e30", signatures: [] }, "jws"));
  assertRefuses("codec/value", () => readGeneral({ payload: "e30", signatures: [a, b, c] }, "jws"));
  assertRefuses("codec/unknown-member", () =>
    readGeneral({ payload: "e30", signatures: [{ ...a, header: {} }] }, "jws"),
  );
});

test("a detached signature carries no payload", () => {
  assert.deepEqual(jwsSignature({ protected: header("a"), signature }, "signature").signature, signature);
  assertRefuses("codec/unknown-member", () => jwsSignature(flattened, "signature"));
});

test("the signing input joins both texts as they are", () => {
  assert.deepEqual(signingInput("abc", "def"), utf8("abc.def"));
});

test("an unsigned JWS names its signer and its purpose", () => {
  const kid = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
  const draft = unsignedJws({ algorithm: "EdDSA", kid }, { typ: "t", ledger: "l" }, utf8("{}"));
  assert.deepEqual(draft, {
    payload: "e30",
    protected: toBase64url(utf8(`{"alg":"EdDSA","kid":"${kid}","ledger":"l","typ":"t"}`)),
  });
});
