import assert from "node:assert/strict";
import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { signManifest } from "@firmament/agents/signing";
import { fromUtf8 } from "@firmament/core/bytes";
import { canonicalBytes } from "@firmament/core/codec";
import type { Manifest } from "@firmament/core/manifest";
import { nodeCrypto } from "@firmament/crypto";
import { TestAgents } from "./support/agents.ts";
import { answerOf, postJson, TestAuthor, updateOf } from "./support/author.ts";

let agents: TestAgents;
let author: TestAuthor;

before(async () => {
  agents = await TestAgents.start();
  author = new TestAuthor(agents);
});

after(() => agents[Symbol.asyncDispose]());

const payload = () =>
  postJson(agents.urls.retrieval, "retrieve/payload", { classID: "sensor", publicKey: author.publicKey });

test("an agent whose replica has no cosigned checkpoint yet is not ready", async () => {
  for (const path of ["readyz", "v1/checkpoint", "v1/bundles/sensor"]) {
    const { code, error, status } = await answerOf(await fetch(new URL(path, agents.urls.retrieval)));
    assert.deepEqual([status, error, code], [503, "ERR_BC_NOT_AVAILABLE", "retrieval-agent/not-ready"]);
  }
  await agents.follow();
  assert.equal((await fetch(new URL("readyz", agents.urls.retrieval))).status, 200);
});

test("[S4-10] updates stay retrievable when the author and his agent are gone for good", async () => {
  await author.token();
  const { image } = await author.publish({ image: new Uint8Array(1_500_000).fill(6), version: "1.0.0" });
  await agents.endAuthor();
  const response = await payload();
  assert.equal(response.headers.get("content-length"), "1500000");
  assert.deepEqual(new Uint8Array(await response.arrayBuffer()), image);
});

test("content that is not stored here is ERR_IPFS_NOT_AVAILABLE", async () => {
  await rename(join(agents.folder, "content"), join(agents.folder, "away"));
  const { code, error, status } = await answerOf(await payload());
  await rename(join(agents.folder, "away"), join(agents.folder, "content"));
  assert.deepEqual([status, error, code], [503, "ERR_IPFS_NOT_AVAILABLE", "retrieval-agent/content-unavailable"]);
});

test("the reference hands out an image whose digest is wrong: here no altered byte leaves the agent", async () => {
  const [name = ""] = await readdir(join(agents.folder, "content"));
  const file = join(agents.folder, "content", name);
  const whole = await readFile(file);
  await writeFile(file, whole.with(5, 0));
  const early = await answerOf(await payload());
  assert.deepEqual([early.status, early.code], [500, "content/corrupt"]);
  await writeFile(file, whole.with(1_200_000, 0));
  const late = await payload();
  await assert.rejects(late.arrayBuffer(), "the second piece is cut off");
  await writeFile(file, whole);
});

test("a payload inline in its manifest is given out from there", async () => {
  const { consortium } = agents;
  const plain = await author.prepare({ sequence: consortium.now * 1000 + 1, version: "2.0.0" });
  const { stored: _, ...fields } = JSON.parse(fromUtf8(plain.manifest)) as Manifest;
  const inline = { ...fields, payload: Buffer.from(plain.image).toString("base64") };
  const manifest = canonicalBytes(inline);
  const signatures = await signManifest(nodeCrypto, author.key, manifest, inline.payloadDigest);
  const release = await consortium.register({ ...plain, ...signatures, manifest });
  await consortium.approve(release);
  await agents.follow();
  assert.deepEqual(new Uint8Array(await (await payload()).arrayBuffer()), plain.image);
  const device = { classID: "sensor", publicKey: author.publicKey };
  const update = (await (await postJson(agents.urls.retrieval, "retrieve/update", device)).json()) as object;
  assert.deepEqual(update, updateOf({ ...plain, ...signatures, manifest }));
});
