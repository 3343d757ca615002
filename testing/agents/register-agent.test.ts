import assert from "node:assert/strict";
import { rename, rm } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { registerServer } from "@firmament/agents/register";
import { fromBase64url, fromUtf8 } from "@firmament/core/bytes";
import { algorithmOf, type Signer } from "@firmament/core/keys";
import { tables } from "@firmament/core/registry";
import { mintToken, nodeCrypto, publicKeyFromPem, verifyToken } from "@firmament/crypto";
import { HttpLedger } from "@firmament/ledger-http";
import { blocksFrom } from "@firmament/replica";
import { cidOfBytes, newSigner, type PreparedRelease } from "../kit/index.ts";
import { TestAgents } from "./support/agents.ts";
import { answerOf, postJson, TestAuthor } from "./support/author.ts";

let agents: TestAgents;
let author: TestAuthor;

before(async () => {
  agents = await TestAgents.start();
  author = new TestAuthor(agents);
});

after(() => agents[Symbol.asyncDispose]());

/** The transaction that an author agent would make. */
async function transactionFor(prepared: PreparedRelease, token: string, signer?: Signer): Promise<string> {
  const { consortium } = agents;
  const { payloadSignature, signature } = prepared;
  const grant = Buffer.from(nodeCrypto.sha256(Buffer.from(token))).toString("base64url");
  const body = { author: author.key.kid, grant, manifest: fromUtf8(prepared.manifest), payloadSignature, signature };
  return fromUtf8(await consortium.transaction(signer ?? consortium.member(0).author, "release.register", body));
}

/** Sends a registration straight to a register agent. */
async function register(prepared: PreparedRelease, token: string, base = agents.urls.register): Promise<Response> {
  const form = new FormData();
  form.set("transaction", await transactionFor(prepared, token));
  form.set("payload", new Blob([Uint8Array.from(prepared.image)]), "payload");
  return fetch(new URL("register", base), {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: form,
  });
}

const refusalOf = async (response: Response) => {
  const { code, error, status } = await answerOf(response);
  return [status, error, code];
};

const notValid = (code: string) => [403, "ERR_KEY_NOT_VALID", code];

test("[S4-19] the token is a JWT with RS384 for this author, ledger and 30 minutes, under a key of 2048 bits", async () => {
  const { consortium, tokenKey } = agents;
  const token = await author.token();
  const { now: time, ledger } = consortium;
  const claims = await verifyToken(token, tokenKey.key, { ledger, time });
  assert.deepEqual([claims.sub, claims.exp - claims.iat], [author.key.kid, 1800]);
  assert.equal(algorithmOf(tokenKey.key), "RS384");
  assert.equal(fromBase64url(tokenKey.key.kty === "RSA" ? tokenKey.key.n : "").length * 8, 2048);
});

test("two petitions in one second get two tokens, and neither is on the ledger", async () => {
  const tokens = [await author.token(), await author.token()];
  assert.notEqual(tokens[0], tokens[1]);
  for (const { transactions } of blocksFrom(agents.consortium.replica.database, 1, 1000)) {
    for (const bytes of transactions) assert.ok(!tokens.some((token) => fromUtf8(bytes).includes(token)));
  }
});

test("[S4-24] [S4-29] the reference accepts garbage, and tokens of anyone: here the signature, author and digest must match", async () => {
  const { consortium, tokenKey } = agents;
  const token = await author.token();
  const prepared = await author.prepare({ version: "1.0.0" });
  const [head = "", claims = "", signature = ""] = token.split(".");
  const forge = async (key: Signer, sub = author.key.kid, aud = consortium.ledger) =>
    mintToken(key, { aud, exp: consortium.now + 1800, iat: consortium.now, iss: "x", jti: "y", sub });
  const unsigned = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
  assert.deepEqual(await refusalOf(await register(prepared, "garbage")), notValid("token/malformed"));
  assert.deepEqual(
    await refusalOf(await register(prepared, `${unsigned}.${claims}.${signature}`)),
    notValid("token/algorithm"),
  );
  const stranger = await newSigner("RS384");
  assert.deepEqual(await refusalOf(await register(prepared, await forge(stranger))), notValid("token/signature"));
  const altered = Buffer.from(claims, "base64url").toString().replace('"exp":1', '"exp":2');
  const longer = `${head}.${Buffer.from(altered).toString("base64url")}.${signature}`;
  assert.deepEqual(await refusalOf(await register(prepared, longer)), notValid("token/signature"));
  const elsewhere = await forge(tokenKey, author.key.kid, "another/ledger");
  assert.deepEqual(await refusalOf(await register(prepared, elsewhere)), notValid("token/audience"));
  const others = await forge(tokenKey, (await newSigner()).kid);
  assert.deepEqual(await refusalOf(await register(prepared, others)), notValid("register-agent/token-author"));
  assert.deepEqual(await refusalOf(await register(prepared, await forge(tokenKey))), notValid("grant/unknown"));
  assert.deepEqual(await agents.files(), { staged: [], stored: [] });
});

test("[S4-20] [S4-29] the reference accepts an expired token: here it ends after 30 minutes of ledger time", async () => {
  const { consortium } = agents;
  const token = await author.token();
  consortium.now += 1799;
  const prepared = await author.prepare({ version: "1.1.0" });
  assert.equal((await register(prepared, token)).status, 201);
  const second = await author.token();
  consortium.now += 1801;
  const later = await author.prepare({ version: "1.2.0" });
  const { stored } = await agents.files();
  assert.deepEqual(await refusalOf(await register(later, second)), notValid("grant/expired"));
  const third = await author.token();
  assert.deepEqual(await refusalOf(await register(later, second)), notValid("token/expired"));
  assert.deepEqual(await agents.files(), { staged: [], stored });
  assert.equal((await register(later, third)).status, 201);
});

test("the reference accepts a registration from any member: here the ledger asks for the role and the organisation", async () => {
  const { consortium, urls } = agents;
  const token = await author.token();
  const prepared = await author.prepare({ version: "1.3.0" });
  const submit = async (signer: Signer) =>
    refusalOf(
      await fetch(new URL("v1/transactions", urls.register), {
        method: "POST",
        body: await transactionFor(prepared, token, signer),
      }),
    );
  assert.equal((await submit(consortium.member(0).approver))[2], "identity/role");
  assert.equal((await submit(consortium.member(1).author))[2], "author/organisation");
  assert.equal((await submit(await newSigner()))[2], "identity/unknown");
});

test("[S4-12] the reference carries the image into every block: here the ledger has manifest, signatures and CID only", async () => {
  const { consortium } = agents;
  const token = await author.token();
  const image = new Uint8Array(Buffer.from("a very particular firmware image ".repeat(100)));
  const prepared = await author.prepare({ image, version: "1.4.0" });
  const { release } = (await (await register(prepared, token)).json()) as { release: string };
  const { manifestDigest, stored } = consortium.release(release);
  const manifest = fromUtf8(prepared.manifest);
  const { payloadSignature, signature } = prepared;
  const signed = { manifest, payloadSignature, release, signature };
  assert.deepEqual(consortium.record(tables.manifest, manifestDigest), signed);
  assert.equal(stored?.cid, cidOfBytes(nodeCrypto, image));
  const needle = Buffer.from("particular firmware");
  const needles = [needle.toString(), needle.toString("base64").slice(4, -4), needle.toString("hex")];
  for (const { transactions } of blocksFrom(consortium.replica.database, 1, 1000)) {
    for (const bytes of transactions) {
      const envelope = fromUtf8(bytes);
      const { payload } = JSON.parse(envelope) as { payload: string };
      const texts = [envelope, Buffer.from(payload, "base64url").toString("latin1")];
      assert.ok(!texts.some((text) => needles.some((each) => text.includes(each))));
    }
  }
});

test("[S4-30] a store that fails after the ledger accepted leaves a release that is not offered, and can be completed", async () => {
  const { consortium, folder, urls } = agents;
  const token = await author.token();
  const prepared = await author.prepare({ image: new Uint8Array(1000).fill(1), version: "1.5.0" });
  await rename(join(folder, "content"), join(folder, "away"));
  const answer = await answerOf(await register(prepared, token));
  await rm(join(folder, "content"), { force: true, recursive: true });
  await rename(join(folder, "away"), join(folder, "content"));
  assert.deepEqual(
    [answer.status, answer.error, answer.code],
    [503, "ERR_IPFS_NOT_AVAILABLE", "register-agent/content-unstored"],
  );
  const release = /[A-Za-z0-9_-]{43}/.exec(answer.text)?.[0] ?? "";
  assert.equal(consortium.release(release).state, "REGISTERED");
  assert.deepEqual((await agents.files()).staged, []);
  await agents.follow();
  const query = { classID: "sensor", publicKey: author.publicKey };
  assert.equal(
    (await refusalOf(await postJson(urls.retrieval, "retrieve/version", query)))[1],
    "ERR_UPDATE_NOT_EXISTENT",
  );
  const put = (bytes: Uint8Array, bearer = token) =>
    fetch(new URL(`v1/releases/${release}/content`, urls.register), {
      method: "PUT",
      headers: { authorization: `Bearer ${bearer}`, "content-type": "application/octet-stream" },
      body: Uint8Array.from(bytes),
    });
  assert.deepEqual(await refusalOf(await put(prepared.image, "garbage")), notValid("token/malformed"));
  const expected = [403, "ERR_PAYLOAD_NOT_VERIFIABLE", "register-agent/payload"];
  assert.deepEqual(
    await refusalOf(await put(prepared.image.with(0, 9))),
    expected,
    "the reference accepts any CID later",
  );
  assert.equal((await put(prepared.image)).status, 201);
  assert.equal((await agents.store.stat(consortium.release(release).stored?.cid ?? ""))?.size, 1000);
});

test("the reference accepts any CID for an update at any time: here only the bytes that the author signed for", async () => {
  const token = await author.token();
  const prepared = await author.prepare({ version: "1.5.1" });
  const { release } = (await (await register(prepared, token)).json()) as { release: string };
  await agents.follow();
  const before = await agents.files();
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/octet-stream" };
  const body = Uint8Array.from(prepared.image.with(0, 9));
  const put = fetch(new URL(`v1/releases/${release}/content`, agents.urls.register), { method: "PUT", headers, body });
  assert.deepEqual(await refusalOf(await put), [403, "ERR_PAYLOAD_NOT_VERIFIABLE", "register-agent/payload"]);
  assert.deepEqual(await agents.files(), before);
});

test("content of a withdrawn release is refused, and an unknown one too", async () => {
  const { consortium, urls } = agents;
  const token = await author.token();
  const prepared = await author.prepare({ version: "1.6.0" });
  const { release } = (await (await register(prepared, token)).json()) as { release: string };
  await consortium.submit(consortium.member(0).author, "release.withdraw", { reason: "a test", release });
  await agents.follow();
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/octet-stream" };
  const put = async (id: string) =>
    refusalOf(await fetch(new URL(`v1/releases/${id}/content`, urls.register), { method: "PUT", headers, body: "x" }));
  assert.deepEqual(await put(release), [409, "ERR_REFUSED", "register-agent/release-ended"]);
  assert.deepEqual(await put("A".repeat(43)), [404, "ERR_UPDATE_NOT_EXISTENT", "release/unknown"]);
});

test("[S4-15] an upload that is cut leaves nothing, neither staged nor registered", async () => {
  const token = await author.token();
  const { size } = agents.consortium;
  const { stored } = await agents.files();
  const prepared = await author.prepare({ image: new Uint8Array(3_000_000).fill(2), version: "1.7.0" });
  const body =
    `--b\r\ncontent-disposition: form-data; name="transaction"\r\n\r\n${await transactionFor(prepared, token)}\r\n` +
    '--b\r\ncontent-disposition: form-data; name="payload"; filename="payload"\r\n\r\n';
  const head = `POST /register HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 4000000\r\n\r\n`;
  const socket = connect(Number(agents.urls.register.port), "127.0.0.1");
  socket.write(head + body);
  socket.write(prepared.image.subarray(0, 2_000_000));
  while ((await agents.files()).staged.length === 0) await delay(1);
  socket.destroy();
  while ((await agents.files()).staged.length > 0) await delay(1);
  assert.deepEqual(await agents.files(), { staged: [], stored });
  assert.equal(agents.consortium.size, size);
});

test("[S4-15] without a ledger nothing is taken: ERR_BC_NOT_AVAILABLE, before the payload is read", async () => {
  const token = await author.token();
  const { stored } = await agents.files();
  const ledger = new HttpLedger(new URL("http://127.0.0.1:1/"));
  const away = await agents.serve(registerServer(agents.registerService({ ledger }), { readKey: publicKeyFromPem }));
  const prepared = await author.prepare({ version: "1.8.0" });
  const expected = [503, "ERR_BC_NOT_AVAILABLE", "ledger/unavailable"];
  assert.deepEqual(await refusalOf(await register(prepared, token, away)), expected);
  assert.deepEqual(await refusalOf(await postJson(away, "register/author", await author.petitionBody())), expected);
  assert.deepEqual(await refusalOf(await fetch(new URL("readyz", away))), expected);
  assert.deepEqual(await agents.files(), { staged: [], stored });
});

test("[S4-15] a ledger that stops while the payload arrives leaves nothing stored", async () => {
  const token = await author.token();
  const { stored } = await agents.files();
  const prepared = await author.prepare({ version: "1.9.0" });
  await agents.ledger[Symbol.asyncDispose]();
  assert.deepEqual(await refusalOf(await register(prepared, token)), [503, "ERR_BC_NOT_AVAILABLE", "ledger/halted"]);
  assert.deepEqual(await agents.files(), { staged: [], stored });
});
