import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Refusal } from "@firmament/core/errors";
import type { Signer } from "@firmament/core/keys";
import { signPetition } from "@firmament/agents/signing";
import { toBase64url, utf8 } from "@firmament/core/bytes";
import { nodeCrypto } from "@firmament/crypto";
import { newSigner, type PreparedRelease } from "../kit/index.ts";
import { TestAgents } from "./support/agents.ts";
import { TestAuthor } from "./support/author.ts";

let agents: TestAgents;
let first: PreparedRelease & { readonly release: string };
let retrievalAgent: Signer;

before(async () => {
  agents = await TestAgents.start();
  const author = new TestAuthor(agents);
  await author.token();
  first = await author.publish();
  const { consortium } = agents;
  retrievalAgent = await newSigner();
  const body = { key: retrievalAgent.key, roles: ["retrievalAgent"] as const };
  await consortium.submit(consortium.member(1).admin, "identity.enrol", { ...body, roles: [...body.roles] });
});

after(() => agents[Symbol.asyncDispose]());

async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "accepted";
  } catch (cause) {
    assert.ok(cause instanceof Refusal);
    return cause.code;
  }
}

async function petitionBy(signer: Signer): Promise<string> {
  const { consortium } = agents;
  const key = consortium.manifestKey;
  const nonce = utf8(`a nonce for ${signer.kid.slice(0, 12)}`);
  const { message, signature } = await signPetition(key, { ledger: consortium.ledger, nonce, text: "a test" });
  const token = toBase64url(nodeCrypto.sha256(nonce));
  return refusalOf(consortium.submit(signer, "author.petition", { key: key.key, message, signature, token }));
}

const statusOf = async (base: URL, path: string, init: RequestInit = {}) =>
  (await fetch(new URL(path, base), init)).status;
const post = { body: "{}", headers: { "content-type": "application/json" }, method: "POST" };

test("[S4-8] only a register agent grants, and neither kind of agent can do the other's work", async () => {
  const { consortium, urls } = agents;
  const { release } = first;
  assert.equal(await petitionBy(consortium.member(1).registerAgent), "accepted");
  assert.equal(await petitionBy(retrievalAgent), "identity/role");
  assert.equal(await petitionBy(await newSigner()), "identity/unknown");
  for (const agent of [retrievalAgent, consortium.member(1).registerAgent]) {
    assert.equal(await refusalOf(consortium.submit(agent, "release.approve", { release })), "identity/role");
    assert.equal(await refusalOf(consortium.submit(agent, "author.revoke", { author: agent.kid })), "identity/role");
  }
  for (const path of ["retrieve/version", "retrieve/update", "retrieve/payload", "v1/bundles/sensor"]) {
    assert.equal(await statusOf(urls.register, path, post), 404, path);
    assert.equal(await statusOf(urls.register, path), 404, path);
  }
  for (const path of ["register", "register/author", "v1/transactions", `v1/releases/${release}/content`]) {
    for (const method of ["POST", "PUT"]) {
      assert.equal(await statusOf(urls.retrieval, path, { ...post, method }), 404, `${method} ${path}`);
    }
  }
});
