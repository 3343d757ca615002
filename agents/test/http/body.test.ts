import assert from "node:assert/strict";
import { test } from "node:test";
import { generateKey, privateKeyToPem, publicKeyFromPem, publicKeyToPem, publicPart } from "@firmament/crypto";
import { exactMembers, publicKeyFrom, signatureFrom } from "../../src/http/index.ts";

test("a body has exactly its members, optional ones may be absent", () => {
  const body = { a: 1, b: 2 };
  assert.deepEqual(exactMembers(body, ["a", "b"]), body);
  assert.deepEqual(exactMembers(body, ["a"], ["b", "c"]), body);
  for (const other of [{}, { a: 1 }, { a: 1, b: 2, c: 3 }, [1, 2], "a", null, undefined, 1]) {
    assert.throws(() => exactMembers(other, ["a", "b"]), { code: "http/keys", status: 405 });
  }
});

test("a refusal names members, never the values, which may be secrets sent by mistake", () => {
  assert.throws(
    () => exactMembers({ privateKey: "-----BEGIN PRIVATE KEY-----" }, ["publicKey"]),
    (error) => error instanceof Error && !JSON.stringify(error).includes("BEGIN"),
  );
});

test("the reference takes private keys: a PEM that is no public key is refused under its API name, unquoted", async () => {
  const secret = await generateKey("EdDSA");
  assert.deepEqual(publicKeyFrom(publicKeyFromPem, publicKeyToPem(publicPart(secret))), publicPart(secret));
  const privatePem = privateKeyToPem(secret);
  for (const wrong of [privatePem, "no PEM", "", 7, "x".repeat(20_000)]) {
    assert.throws(
      () => publicKeyFrom(publicKeyFromPem, wrong),
      (error) =>
        error instanceof Error &&
        "code" in error &&
        error.code === "http/public-key" &&
        "error" in error &&
        error.error === "ERR_KEY_NOT_VERIFIABLE" &&
        !error.message.includes(privatePem.slice(30, 60)),
    );
  }
});

test("what the key reader throws besides a refusal is a fault and stays one", () => {
  const broken = (): never => {
    throw new TypeError("broken");
  };
  assert.throws(() => publicKeyFrom(broken, "x"), TypeError);
});

test("a signature comes in standard base64 and goes on in base64url", () => {
  assert.equal(signatureFrom("+/8=", "sign"), "-_8");
  for (const wrong of ["-_8", "+/8", "+/9=", "", 1, " +/8="]) {
    assert.throws(() => signatureFrom(wrong, "sign"), { code: "http/signature", error: "ERR_KEY_NOT_VERIFIABLE" });
  }
});
