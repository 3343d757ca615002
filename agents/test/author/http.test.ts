import assert from "node:assert/strict";
import { test } from "node:test";
import { toBase64 } from "@firmament/core/bytes";
import { canonicalText } from "@firmament/core/codec";
import { refusalsOf } from "@firmament/core/errors";
import { decodeTransaction } from "@firmament/core/registry";
import { nodeCrypto, publicKeyFromPem } from "@firmament/crypto";
import { authorServer, AuthorService } from "../../src/author/index.ts";
import { formBody, type HttpLimits } from "../../src/http/index.ts";
import { FakeKeyStore } from "../fakes/key-store.ts";
import { FakeRegisterAgent } from "../fakes/register-agent.ts";
import { bytesOf, streamOf } from "../support/bytes.ts";
import { image, inlineManifest, ledger, manifest, newSigner, now, signedUpdate } from "../support/samples.ts";

const refuse = refusalsOf({ "sample/no": { status: 403, error: "ERR_KEY_NOT_VALID", rule: "No.", remedy: "None." } });
const author = await newSigner();
const json = { "content-type": "application/json" };

async function prepared(limits: Partial<HttpLimits> = {}) {
  const register = new FakeRegisterAgent();
  const keyStore = new FakeKeyStore();
  const parts = { ledger, signer: await newSigner(), keyStore, register, crypto: nodeCrypto, clock: () => now };
  const server = authorServer(new AuthorService(parts), { crypto: nodeCrypto, limits, readKey: publicKeyFromPem });
  const signed = await signedUpdate(author);
  const post = (url: string, payload: unknown) =>
    server.inject({ method: "POST", url, headers: json, payload: JSON.stringify(payload) });
  await post("/register/author", { publicKey: signed.publicKey, message: "m", signedMessage: "AAAA" });
  const form = async (fields: Readonly<Record<string, string>>, file?: Uint8Array) => {
    const { chunks, contentType } = formBody(fields, "payload", file === undefined ? undefined : streamOf(file));
    const payload = Buffer.from(await bytesOf(chunks));
    return server.inject({ method: "POST", url: "/register", payload, headers: { "content-type": contentType } });
  };
  return { form, keyStore, post, register, server, signed };
}

const codeOf = (answer: { json: <T>() => T }): string => answer.json<{ code: string }>().code;

test("a petition in JSON is answered 201 with the token as text", async () => {
  const { keyStore, post, register, signed } = await prepared();
  const answer = await post("/register/author", { publicKey: signed.publicKey, message: "m", signedMessage: "AAAA" });
  assert.deepEqual([answer.statusCode, answer.body], [201, register.token]);
  assert.match(String(answer.headers["content-type"]), /^text\/plain/);
  assert.equal(keyStore.kept.get(author.kid)?.token, register.token);
});

test("a petition with other members is refused with 405", async () => {
  const { post } = await prepared();
  for (const wrong of [
    {},
    { publicKey: "x", message: "m" },
    { publicKey: "x", message: "m", signedMessage: "s", privateKey: "k" },
  ]) {
    const answer = await post("/register/author", wrong);
    assert.deepEqual([answer.statusCode, codeOf(answer)], [405, "http/keys"]);
  }
});

test("an update in multipart/form-data is answered 201 with the release", async () => {
  const { form, register, signed } = await prepared();
  const answer = await form({ publicKey: signed.publicKey, update: JSON.stringify(signed.update) }, image);
  assert.equal(answer.statusCode, 201);
  assert.deepEqual(answer.json(), register.registration);
  const [sent] = register.registrations;
  assert.deepEqual(sent?.payload, image);
  const { body } = decodeTransaction(nodeCrypto, sent?.transaction ?? new Uint8Array());
  assert.ok("manifest" in body && body.manifest === canonicalText(manifest));
});

test("an update in JSON carries a small payload in base64", async () => {
  const { post, register, signed } = await prepared();
  const { publicKey, update } = signed;
  const answer = await post("/register", { publicKey, update: { ...update, payload: toBase64(image) } });
  assert.equal(answer.statusCode, 201);
  assert.deepEqual(register.registrations[0]?.payload, image);
  const inline = await post("/register", await signedUpdate(author, inlineManifest()));
  assert.equal(inline.statusCode, 201);
  assert.equal(register.registrations[1]?.payload, undefined);
});

test("rollout and floor are taken over, and refused where they have no form", async () => {
  const { post, register, signed } = await prepared();
  const { publicKey, update } = signed;
  const rollout = { groups: ["lab"], permille: 1, salt: "s" };
  const whole = { ...update, floor: 1, payload: toBase64(image), rollout };
  assert.equal((await post("/register", { publicKey, update: whole })).statusCode, 201);
  const { body } = decodeTransaction(nodeCrypto, register.registrations[0]?.transaction ?? new Uint8Array());
  assert.ok("rollout" in body && "floor" in body);
  assert.deepEqual([body.rollout, body.floor], [rollout, 1]);
  const wrong = await post("/register", { publicKey, update: { ...whole, rollout: {} } });
  assert.deepEqual([wrong.statusCode, codeOf(wrong)], [400, "codec/missing-member"]);
});

test("an update with other members, no JSON, no key or no base64 is refused", async () => {
  const { form, post, register, signed } = await prepared();
  const { publicKey, update } = signed;
  const text = JSON.stringify(update);
  const answers = [
    await post("/register", { publicKey }),
    await post("/register", { publicKey, update: { ...update, authorKey: "x" } }),
    await post("/register", { publicKey, update: { manifest } }),
    await form({ publicKey, update: JSON.stringify({ ...update, payload: "AAAA" }) }, image),
    await form({ publicKey, update: "{" }, image),
    await form({ publicKey: "x", update: text }, image),
    await post("/register", { publicKey, update: { ...update, authorSign: "-_-_" } }),
    await post("/register", { publicKey, update: { ...update, payload: "-_-_" } }),
    await post("/register", { publicKey, update: { ...update, manifest: { ...manifest, manifestDigest: "x" } } }),
    await form({ publicKey, update: text }),
  ];
  assert.deepEqual(
    answers.map((answer) => [answer.statusCode, codeOf(answer)]),
    [
      [405, "http/keys"],
      [405, "http/keys"],
      [405, "http/keys"],
      [405, "http/keys"],
      [400, "author-agent/update-form"],
      [403, "http/public-key"],
      [403, "http/signature"],
      [400, "bytes/base64"],
      [403, "upload/manifest-digest"],
      [405, "upload/payload-missing"],
    ],
  );
  assert.equal(register.registrations.length, 0);
});

test("a JSON body beyond its limit is refused", async () => {
  const { post, signed } = await prepared({ maxJsonBytes: 4096 });
  const { publicKey, update } = signed;
  const answer = await post("/register", { publicKey, update: { ...update, payload: "A".repeat(4096) } });
  assert.deepEqual([answer.statusCode, codeOf(answer)], [413, "http/too-large"]);
});

test("[S4-28] the register agent's refusal comes back with its name, code, message and remedy", async () => {
  const { form, register, signed } = await prepared();
  register.refusal = refuse("sample/no");
  const answer = await form({ publicKey: signed.publicKey, update: JSON.stringify(signed.update) }, image);
  assert.equal(answer.statusCode, 403);
  assert.deepEqual(answer.json(), { error: "ERR_KEY_NOT_VALID", code: "sample/no", message: "No.", remedy: "None." });
});

test("the reference accepts a private key at POST /sign: here the path is gone, and the body is not read", async () => {
  const { post, server } = await prepared({ maxJsonBytes: 1000 });
  const answer = await post("/sign", { privateKey: "x".repeat(2000), message: "m" });
  assert.deepEqual([answer.statusCode, codeOf(answer)], [410, "author-agent/sign"]);
  assert.ok(!answer.body.includes("xx"));
  await server.close();
});
