import assert from "node:assert/strict";
import { test } from "node:test";
import { publicKeyFromPem, publicKeyToPem } from "@firmament/crypto";
import { parsePetition } from "../../src/http/index.ts";
import { newSigner } from "../support/samples.ts";

const signer = await newSigner();
const body = { message: "a message", publicKey: publicKeyToPem(signer.key), signedMessage: "AAAA" };

test("a petition gives the key, the message and the signature, and keeps what came", () => {
  const petition = parsePetition(body, publicKeyFromPem);
  assert.deepEqual(petition, { body, key: signer.key, message: "a message", signature: "AAAA" });
});

test("a petition with other members, or members of another kind, is refused", () => {
  const { message: _, ...less } = body;
  for (const wrong of [less, { ...body, privateKey: "x" }, { ...body, date: 1 }]) {
    assert.throws(() => parsePetition(wrong, publicKeyFromPem), { code: "http/keys" });
  }
  assert.throws(() => parsePetition({ ...body, publicKey: {} }, publicKeyFromPem), { code: "http/public-key" });
  assert.throws(() => parsePetition({ ...body, signedMessage: "!" }, publicKeyFromPem), { code: "http/signature" });
  assert.throws(() => parsePetition({ ...body, message: 1 }, publicKeyFromPem), { code: "codec/type" });
  assert.throws(() => parsePetition({ ...body, message: "x".repeat(1025) }, publicKeyFromPem), { code: "codec/value" });
});
