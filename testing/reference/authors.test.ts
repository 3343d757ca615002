import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { tables } from "@firmament/core/registry";
import { generateKey, privateKeyToPem } from "@firmament/crypto";
import { listRecords } from "@firmament/replica";
import { TestAgents } from "../agents/support/agents.ts";
import { answerOf, postJson, TestAuthor, updateOf } from "../agents/support/author.ts";
import { newSigner } from "../kit/index.ts";
import { filesIn, root } from "../repository/workspaces.ts";

let agents: TestAgents;
let author: TestAuthor;

before(async () => {
  agents = await TestAgents.start();
  author = new TestAuthor(agents);
});

after(() => agents[Symbol.asyncDispose]());

async function petitioned(body: object) {
  const { code, error, status } = await answerOf(await postJson(agents.urls.author, "register/author", body));
  return [status, error, code];
}

test("reference fault 8: the reference takes anyone as an author, and a message twice; ours waits for an approval and uses a nonce up [S4-22]", async () => {
  const { consortium, keyStore } = agents;
  const stranger = new TestAuthor(agents, await newSigner("RS384"));
  const pending = [403, "ERR_KEY_NOT_REGISTRABLE", "register-agent/not-registrable"];
  assert.deepEqual(await petitioned(await stranger.petitionBody()), pending);
  assert.equal(keyStore.kept.size, 0);
  assert.equal((await answerOf(await stranger.send(await stranger.prepare()))).code, "author-agent/token-missing");
  const body = await author.petitionBody();
  assert.equal((await postJson(agents.urls.author, "register/author", body)).status, 201);
  assert.deepEqual(await petitioned(body), [403, "ERR_KEY_NOT_VERIFIABLE", "petition/nonce-replayed"]);
  const approval = { classes: ["sensor"], key: author.key.key, vendor: "acme" };
  consortium.now += 1;
  const again = consortium.submit(consortium.member(0).admin, "author.approve", approval);
  await assert.rejects(again, { code: "author/exists" });
  const authors = listRecords(consortium.replica.database, tables.author).filter(
    ({ parts: [kid] }) => kid === author.key.kid,
  );
  assert.equal(authors.length, 1, "the reference adds a record for each petition");
});

test("reference fault 12: the reference asks for private keys and commits some; no endpoint of ours takes one", async () => {
  const privateKey = privateKeyToPem(await generateKey("RS384"));
  const { author: authorUrl, register, retrieval } = agents.urls;
  const sign = await answerOf(await postJson(authorUrl, "sign", { message: "m", privateKey }));
  assert.deepEqual([sign.status, sign.code], [410, "author-agent/sign"]);
  const petition = await author.petitionBody();
  const update = { publicKey: author.publicKey, update: updateOf(await author.prepare()) };
  const device = { classID: "sensor", publicKey: author.publicKey };
  const endpoints = [
    [authorUrl, "register/author", petition],
    [authorUrl, "register", update],
    [register, "register/author", petition],
    [retrieval, "retrieve/version", device],
    [retrieval, "retrieve/update", device],
    [retrieval, "retrieve/payload", device],
  ] as const;
  for (const [base, path, body] of endpoints) {
    const beside = await answerOf(await postJson(base, path, { ...body, privateKey }));
    assert.deepEqual([beside.status, beside.code], [405, "http/keys"], path);
    const instead = await answerOf(await postJson(base, path, { ...body, publicKey: privateKey }));
    assert.equal(instead.code, "http/public-key", path);
    assert.ok(!beside.text.includes(privateKey) && !instead.text.includes(privateKey));
  }
  assert.ok(!JSON.stringify(agents.faults).includes("PRIVATE KEY"));
});

test("reference fault 12: the reference commits wallets, private keys and a swarm key; no file of ours is or holds one", () => {
  // Whatever is marked so is a key of published test vectors, or made up to be refused.
  const secrets =
    /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\\?n?\s*[A-Za-z0-9+/=]{40}|\/key\/swarm\/psk\/|"d"\s*:\s*"[A-Za-z0-9_-]{43,}"/;
  const files = filesIn("", "**/*").filter((path) => statSync(join(root, path)).isFile());
  assert.ok(files.length > 500);
  const found = files.filter((file) => secrets.test(readFileSync(join(root, file), "latin1")));
  assert.deepEqual(found, ["testing/vectors/golden/rsa-test-key.json"]);
});
