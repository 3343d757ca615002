import assert from "node:assert/strict";
import { test } from "node:test";
import { generateKey, mintToken, publicKeyToPem, publicPart, softwareSigner, verifyToken } from "@firmament/crypto";
import { decodeProtectedHeader, importJWK, jwtVerify, SignJWT } from "jose";
import { assertRejects, errorOf } from "./support/refusals.ts";

const [secret, other] = await Promise.all([generateKey("RS384"), generateKey("RS384")]);
const signer = softwareSigner(secret);
const josesKey = await importJWK({ ...secret }, "RS384");

const ledger = "example.org/registry/0123456789abcdef";
const iat = 1_700_000_000;
const claims = {
  aud: ledger,
  exp: iat + 1800,
  iat,
  iss: "register.b.example",
  jti: "7f9c",
  sub: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
};
const token = await mintToken(signer, claims);
const at = (time: number, name = ledger) => ({ ledger: name, time });

const verify = async (text: string, time = iat) => verifyToken(text, signer.key, at(time));

/** A token as jose makes it, with whatever header and claims a test asks for. */
async function foreign(
  header: { alg: string; typ?: string },
  body: object,
  key: Parameters<SignJWT["sign"]>[0] = josesKey,
) {
  return new SignJWT({ ...body }).setProtectedHeader({ typ: "JWT", ...header }).sign(key);
}

test("[S4-54] a token is a JWT under RSA-2048 with SHA-384, and any JOSE library verifies it", async () => {
  assert.deepEqual(decodeProtectedHeader(token), { alg: "RS384", kid: signer.kid, typ: "JWT" });
  const options = { algorithms: ["RS384"], audience: ledger, currentDate: new Date(iat * 1000) };
  const { payload } = await jwtVerify(token, await importJWK({ ...signer.key }, "RS384"), options);
  assert.deepEqual(payload, claims);
});

test("a token verifies with its own claims, as one by jose does", async () => {
  assert.deepEqual(await verify(token), claims);
  assert.deepEqual(await verify(await foreign({ alg: "RS384" }, claims)), claims);
});

test("a token lives until its end by the ledger's time, to the second", async () => {
  await verify(token, claims.exp - 1);
  await assertRejects("token/expired", verify(token, claims.exp));
  await assertRejects("token/expired", verify(token, claims.exp + 86_400));
});

test("a token for another ledger is refused", async () => {
  await assertRejects(
    "token/audience",
    verifyToken(token, signer.key, at(iat, "example.org/operations/0123456789abcdef")),
  );
});

test("any other algorithm is refused: RS256, PS384, none, and HS384 with the public key as its secret", async () => {
  for (const alg of ["RS256", "RS512", "PS384"]) {
    await assertRejects(
      "token/algorithm",
      verify(await foreign({ alg }, claims, await importJWK({ ...secret }, alg))),
      alg,
    );
  }
  const publicPem = new TextEncoder().encode(publicKeyToPem(signer.key));
  await assertRejects("token/algorithm", verify(await foreign({ alg: "HS384" }, claims, publicPem)));
  const [, body = ""] = token.split(".");
  const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
  await assertRejects("token/algorithm", verify(`${none}.${body}.`));
});

test("another agent's signature and an altered token are refused", async () => {
  await assertRejects("token/signature", verify(await mintToken(softwareSigner(other), claims)));
  await assertRejects("token/signature", verifyToken(token, publicPart(other), at(iat)));
  const [header = "", body = "", signature = ""] = token.split(".");
  const longer = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 1 })).toString("base64url");
  await assertRejects("token/signature", verify(`${header}.${longer}.${signature}`));
  const swapped = `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
  await assertRejects("token/signature", verify(`${header}.${body}.${swapped}`));
});

test("a token has one spelling: padding, spaces and unused bits are refused, which jose would pass over", async () => {
  const [header = "", body = "", signature = ""] = token.split(".");
  const last = signature.at(-1) === "A" ? "B" : String.fromCharCode(signature.charCodeAt(signature.length - 1) + 1);
  for (const other of [`${signature}=`, `${signature}\n`, ` ${signature}`, `${signature.slice(0, -1)}${last}`])
    await assertRejects("token/malformed", verify(`${header}.${body}.${other}`), other);
});

test("a token with other claims, another type or no form at all is refused", async () => {
  const { jti: _jti, ...without } = claims;
  await assertRejects("token/malformed", verify(await foreign({ alg: "RS384" }, without)));
  await assertRejects("token/malformed", verify(await foreign({ alg: "RS384" }, { ...claims, role: "admin" })));
  await assertRejects(
    "token/malformed",
    verify(await foreign({ alg: "RS384" }, { ...claims, aud: [ledger, "other"] })),
  );
  await assertRejects("token/malformed", verify(await foreign({ alg: "RS384" }, { ...claims, exp: claims.exp + 0.5 })));
  await assertRejects("token/malformed", verify(await foreign({ alg: "RS384", typ: "at+jwt" }, claims)));
  for (const text of ["", "a.b.c", "a.b.c.d", "x".repeat(4097)]) await assertRejects("token/malformed", verify(text));
});

test("every refusal is source 004's ERR_KEY_NOT_VALID", async () => {
  for (const action of [verify("a"), verify(token, claims.exp), verifyToken(token, publicPart(other), at(iat))]) {
    const error = await errorOf(async () => action);
    assert.equal("error" in error && error.error, "ERR_KEY_NOT_VALID");
  }
});

test("only an RSA key mints tokens, and only with complete claims", async () => {
  await assert.rejects(mintToken(softwareSigner(await generateKey("EdDSA")), claims), TypeError);
  await assert.rejects(mintToken(signer, { ...claims, sub: "" }), { code: "codec/value" });
});
