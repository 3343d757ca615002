import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fromUtf8, utf8 } from "@firmament/core/bytes";
import { mintToken, nodeCrypto, verifyToken } from "@firmament/crypto";
import { blocksFrom, Replica } from "@firmament/replica";
import { TestAgents } from "../agents/support/agents.ts";
import { TestAuthor } from "../agents/support/author.ts";
import { newSigner } from "../kit/index.ts";
import { register } from "./support.ts";

let agents: TestAgents;
let author: TestAuthor;

before(async () => {
  agents = await TestAgents.start();
  author = new TestAuthor(agents);
});

after(() => agents[Symbol.asyncDispose]());

test("reference fault 1: the reference enforces no token; ours refuses garbage, another signer's, another author's and an expired one [S4-24 S4-29]", async () => {
  const { consortium, tokenKey } = agents;
  const prepared = await author.prepare({ version: "1.0.0" });
  const code = async (token: string) => (await register(agents, prepared, token)).code;
  const claims = {
    aud: consortium.ledger,
    exp: consortium.now + 1800,
    iat: consortium.now,
    iss: "bravo.example",
    jti: "a token",
    sub: author.key.kid,
  };
  assert.equal(await code("garbage"), "token/malformed");
  assert.equal(await code(await mintToken(await newSigner("RS384"), claims)), "token/signature");
  const others = await mintToken(tokenKey, { ...claims, sub: (await newSigner()).kid });
  assert.equal(await code(others), "register-agent/token-author");
  assert.equal(await code(await mintToken(tokenKey, claims)), "grant/unknown", "never granted by the ledger");
  const issued = await author.token();
  consortium.now += 3600;
  await author.token();
  assert.equal(await code(issued), "token/expired", "the one that the reference takes for ever");
  assert.deepEqual(await agents.files(), { staged: [], stored: [] });
  assert.equal((await register(agents, prepared, await author.token())).status, 201);
});

test("reference fault 2: the reference's token lives 24 minutes; ours lives 30, and not a second longer [S4-20]", async () => {
  const { consortium, tokenKey } = agents;
  const token = await author.token();
  const { exp, iat } = await verifyToken(token, tokenKey.key, { ledger: consortium.ledger, time: consortium.now });
  assert.equal(exp - iat, 30 * 60);
  consortium.now += 24 * 60 + 1;
  assert.equal((await register(agents, await author.prepare({ version: "1.1.0" }), token)).status, 201);
  consortium.now += 6 * 60 - 1;
  assert.equal((await register(agents, await author.prepare({ version: "1.2.0" }), token)).status, 201);
  consortium.now += 1;
  const late = await register(agents, await author.prepare({ version: "1.3.0" }), token);
  assert.deepEqual([late.error, late.code], ["ERR_KEY_NOT_VALID", "token/expired"]);
});

test("reference fault 3: the reference's endorsers make tokens by their clocks and differ; ours execute a petition alike, and make none", async () => {
  const { consortium } = agents;
  const token = await author.token();
  using other = Replica.open(":memory:", nodeCrypto, consortium.genesisFile);
  const blocks = blocksFrom(consortium.replica.database, 1, 1000);
  for (const block of blocks) other.apply(block);
  assert.deepEqual(other.status, consortium.replica.status);
  const texts = blocks.flatMap(({ transactions }) => transactions.map(payloadOf));
  const digest = Buffer.from(nodeCrypto.sha256(utf8(token))).toString("base64url");
  assert.equal(texts.filter((text) => text.includes(digest)).length, 1);
  assert.ok(!texts.some((text) => text.includes(token)));
});

function payloadOf(transaction: Uint8Array): string {
  const { payload } = JSON.parse(fromUtf8(transaction)) as { readonly payload: string };
  return Buffer.from(payload, "base64url").toString();
}
