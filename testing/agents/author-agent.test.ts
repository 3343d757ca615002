import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { signManifest } from "@firmament/agents/signing";
import { fromUtf8, toHex } from "@firmament/core/bytes";
import { canonicalBytes, canonicalText } from "@firmament/core/codec";
import type { Manifest } from "@firmament/core/manifest";
import { tables } from "@firmament/core/registry";
import { generateKey, nodeCrypto, privateKeyToPem } from "@firmament/crypto";
import { newSigner } from "../kit/index.ts";
import { TestAgents } from "./support/agents.ts";
import { answerOf, postJson, TestAuthor, updateOf } from "./support/author.ts";

let agents: TestAgents;
let author: TestAuthor;

before(async () => {
  agents = await TestAgents.start();
  const { consortium } = agents;
  author = new TestAuthor(agents, await newSigner("RS384"));
  await consortium.submit(consortium.member(0).admin, "author.approve", {
    classes: ["sensor"],
    key: author.key.key,
    vendor: "acme",
  });
});

after(() => agents[Symbol.asyncDispose]());

const refusedPetition = async (body: object) => {
  const kept = agents.keyStore.kept.size;
  const answer = await answerOf(await postJson(agents.urls.author, "register/author", body));
  assert.equal(agents.keyStore.kept.size, kept);
  return [answer.status, answer.error, answer.code];
};

test("[S4-2] [S4-17] [S4-18] [S4-21] an author's signed petition in RSA is verified by the ledger, and the agent keeps the token", async () => {
  const response = await author.petition();
  const token = await response.text();
  assert.equal(response.status, 201);
  assert.deepEqual(agents.keyStore.kept.get(author.key.kid), {
    author: author.key.kid,
    publicKey: author.publicKey,
    token,
  });
});

test("[S4-22] a key or a message that cannot be verified gets its error and no token", async () => {
  const body = await author.petitionBody();
  const other = new TestAuthor(agents, await newSigner("RS384"));
  const notVerifiable = (code: string) => [403, "ERR_KEY_NOT_VERIFIABLE", code];
  assert.deepEqual(
    await refusedPetition({ ...body, message: `${body.message}!` }),
    notVerifiable("petition/signature"),
  );
  assert.deepEqual(await refusedPetition({ ...body, publicKey: other.publicKey }), notVerifiable("petition/signature"));
  const signedMessage = Buffer.from(await author.key.sign(Buffer.from("hello"))).toString("base64");
  const hello = { ...body, message: "hello", signedMessage };
  assert.deepEqual(await refusedPetition(hello), notVerifiable("petition/message"));
  assert.deepEqual(await refusedPetition({ ...body, publicKey: "no key" }), notVerifiable("http/public-key"));
  assert.deepEqual(await refusedPetition({ ...body, signedMessage: "no base64" }), notVerifiable("http/signature"));
});

test("the reference accepts a petition again and again: here its nonce is used up", async () => {
  const body = await author.petitionBody();
  assert.equal((await postJson(agents.urls.author, "register/author", body)).status, 201);
  assert.deepEqual(await refusedPetition(body), [403, "ERR_KEY_NOT_VERIFIABLE", "petition/nonce-replayed"]);
});

test("the reference accepts anyone as an author: here a key that nobody approved waits", async () => {
  const stranger = new TestAuthor(agents, await newSigner("RS384"));
  const expected = [403, "ERR_KEY_NOT_REGISTRABLE", "register-agent/not-registrable"];
  assert.deepEqual(await refusedPetition(await stranger.petitionBody()), expected);
  const update = await answerOf(await stranger.send(await stranger.prepare()));
  assert.deepEqual(
    [update.status, update.error, update.code],
    [403, "ERR_KEY_NOT_VALID", "author-agent/token-missing"],
  );
});

test("the reference accepts a private key at POST /sign: here it is refused unread, as anywhere else", async () => {
  const privateKey = privateKeyToPem(await generateKey("RS384"));
  const sign = await answerOf(await postJson(agents.urls.author, "sign", { message: "m", privateKey }));
  assert.deepEqual([sign.status, sign.code], [410, "author-agent/sign"]);
  const body = await author.petitionBody();
  assert.deepEqual(await refusedPetition({ ...body, privateKey }), [405, "ERR_REFUSED", "http/keys"]);
  assert.deepEqual(await refusedPetition({ ...body, publicKey: privateKey }), [
    403,
    "ERR_KEY_NOT_VERIFIABLE",
    "http/public-key",
  ]);
});

test("[S4-1] [S4-2] [S4-3] [S4-23] [S4-26] [S4-28] [S4-56] an update goes through author and register agent to ledger and store", async () => {
  const { consortium, store } = agents;
  await author.token();
  const prepared = await author.prepare({ version: "1.0.0" });
  const response = await author.send(prepared);
  const answer = (await response.json()) as {
    release: string;
    state: string;
    receipt: { transaction: string; index: number };
  };
  assert.deepEqual([response.status, answer.state, answer.receipt.transaction], [201, "REGISTERED", answer.release]);
  const release = consortium.release(answer.release);
  assert.deepEqual(
    [release.author, release.organisation, release.version],
    [author.key.kid, consortium.member(0).name, "1.0.0"],
  );
  assert.equal(consortium.record(tables.manifest, release.manifestDigest)?.manifest, fromUtf8(prepared.manifest));
  assert.equal((await store.stat(release.stored?.cid ?? ""))?.size, prepared.image.length);
  assert.deepEqual((await agents.files()).staged, []);
});

test("an update in JSON carries a small payload, and a manifest in the reference's spelling", async () => {
  await author.token();
  const prepared = await author.prepare({ version: "1.1.0", manifest: { additionalInstructions: "reboot" } });
  const { additionalInstructions, ...manifest } = JSON.parse(fromUtf8(prepared.manifest)) as Record<string, unknown>;
  const manifestDigest = toHex(nodeCrypto.sha384(prepared.manifest));
  const reference = { ...manifest, aditionalInstructions: additionalInstructions, manifestDigest };
  const payload = Buffer.from(prepared.image).toString("base64");
  const update = { ...updateOf(prepared), manifest: reference, payload };
  assert.equal((await postJson(agents.urls.author, "register", { publicKey: author.publicKey, update })).status, 201);
});

test("a payload inline in its manifest is registered without a file", async () => {
  await author.token();
  const plain = await author.prepare({ version: "1.2.0" });
  const { stored: _, ...fields } = JSON.parse(fromUtf8(plain.manifest)) as Manifest;
  const inline = { ...fields, payload: Buffer.from(plain.image).toString("base64") };
  const manifest = canonicalBytes(inline);
  const signatures = await signManifest(nodeCrypto, author.key, manifest, inline.payloadDigest);
  const body = { publicKey: author.publicKey, update: updateOf({ ...plain, ...signatures, manifest }) };
  const answer = (await (await postJson(agents.urls.author, "register", body)).json()) as { state: string };
  assert.equal(answer.state, "STORED");
});

test("[S4-15] [S4-28] [S4-29] each altered part is refused by its own error, told to the author, and nothing is stored", async () => {
  await author.token();
  const prepared = await author.prepare({ version: "2.0.0" });
  const other = await author.prepare({ version: "2.0.1" });
  const { stored } = await agents.files();
  const { size } = agents.consortium;
  const refused = async (changes: Parameters<TestAuthor["send"]>[1]) => {
    const { code, error, status } = await answerOf(await author.send(prepared, changes));
    return [status, error, code];
  };
  const alteredManifest = { ...(updateOf(prepared)["manifest"] as object), versionID: "2.0.2" };
  assert.deepEqual(await refused({ update: { manifest: alteredManifest } }), [
    403,
    "ERR_MANIFEST_NOT_VERIFIABLE",
    "release/manifest-signature",
  ]);
  const { authorManifestSign, authorSign } = updateOf(other);
  assert.deepEqual(await refused({ update: { authorManifestSign } }), [
    403,
    "ERR_MANIFEST_NOT_VERIFIABLE",
    "release/manifest-signature",
  ]);
  assert.deepEqual(await refused({ update: { authorSign } }), [
    403,
    "ERR_PAYLOAD_NOT_VERIFIABLE",
    "release/payload-signature",
  ]);
  const altered = prepared.image.with(0, 0);
  assert.deepEqual(await refused({ image: altered }), [403, "ERR_PAYLOAD_NOT_VERIFIABLE", "register-agent/payload"]);
  const longer = new Uint8Array([...prepared.image, 0]);
  assert.deepEqual(await refused({ image: longer }), [403, "ERR_PAYLOAD_NOT_VERIFIABLE", "register-agent/payload"]);
  assert.deepEqual(await agents.files(), { staged: [], stored });
  assert.equal(agents.consortium.size, size);
  assert.equal((await author.send(prepared)).status, 201);
  agents.consortium.now += 1;
  const { code, error, status } = await answerOf(await author.send(prepared));
  assert.deepEqual([status, error, code], [409, "ERR_UPDATE_ALREADY_EXISTS", "release/exists"]);
});

test("[S4-52] author agent, register agent and ledger alike refuse a missing and an unknown manifest field", async () => {
  const token = await author.token();
  const { consortium, urls } = agents;
  const grant = Buffer.from(nodeCrypto.sha256(Buffer.from(token))).toString("base64url");
  const prepared = await author.prepare({ version: "3.0.0" });
  const manifest = updateOf(prepared)["manifest"] as Record<string, unknown>;
  const { storageLocation: _, ...less } = manifest;
  for (const wrong of [less, { ...manifest, unknown: 1 }]) {
    const atAuthor = await answerOf(await author.send(prepared, { update: { manifest: wrong } }));
    const { payloadSignature, signature } = prepared;
    const body = { author: author.key.kid, grant, manifest: canonicalText(wrong), payloadSignature, signature };
    const transaction = fromUtf8(await consortium.transaction(consortium.member(0).author, "release.register", body));
    const form = new FormData();
    form.set("transaction", transaction);
    form.set("payload", new Blob([Uint8Array.from(prepared.image)]), "payload");
    const headers = { authorization: `Bearer ${token}` };
    const atRegister = await answerOf(
      await fetch(new URL("register", urls.register), { method: "POST", headers, body: form }),
    );
    for (const { code, error, status } of [atAuthor, atRegister]) {
      assert.deepEqual([status, error, code], [403, "ERR_INCORRECT_MANIFEST_FORMAT", "upload/manifest"]);
    }
    const jose = { "content-type": "application/jose+json" };
    const atLedger = await fetch(new URL("v1/transactions", urls.register), {
      method: "POST",
      headers: jose,
      body: transaction,
    });
    assert.equal((await answerOf(atLedger)).error, "ERR_INCORRECT_MANIFEST_FORMAT");
  }
});

test("an author agent without its register agent says so, and is not ready", async () => {
  await author.token();
  const prepared = await author.prepare({ version: "4.0.0" });
  await agents.endRegister();
  const { code, error, status } = await answerOf(await author.send(prepared));
  assert.deepEqual([status, error, code], [503, "ERR_BC_NOT_AVAILABLE", "author-agent/unreachable"]);
  assert.equal((await fetch(new URL("readyz", agents.urls.author))).status, 503);
  assert.equal((await fetch(new URL("healthz", agents.urls.author))).status, 200);
});
