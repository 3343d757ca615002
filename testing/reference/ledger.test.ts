import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fromUtf8, utf8 } from "@firmament/core/bytes";
import { verifyBundle } from "@firmament/core/bundle";
import type { Signer } from "@firmament/core/keys";
import { nodeCrypto } from "@firmament/crypto";
import { blocksFrom } from "@firmament/replica";
import { TestAgents } from "../agents/support/agents.ts";
import { answerOf, postJson, TestAuthor } from "../agents/support/author.ts";
import { newSigner } from "../kit/index.ts";
import { registration, submit } from "./support.ts";

let agents: TestAgents;
let author: TestAuthor;

before(async () => {
  agents = await TestAgents.start();
  author = new TestAuthor(agents);
  await author.token();
});

after(() => agents[Symbol.asyncDispose]());

test("reference fault 4: the reference carries the image into every block; ours has no byte of it there, in any spelling [S4-12]", async () => {
  const image = utf8("an image that no block holds ".repeat(40_000));
  const { release } = await author.publish({ image, version: "1.0.0" });
  const { consortium } = agents;
  assert.equal(consortium.release(release).stored?.size, image.length);
  const spellings = (["latin1", "base64", "base64url", "hex"] as const).flatMap((encoding) =>
    // Base64 has three alignments; a window of 60 bytes of an image with a period of 29 shows in one of them.
    [0, 1, 2].map((from) => Buffer.from(image.subarray(from, from + 60)).toString(encoding)),
  );
  for (const { transactions } of blocksFrom(consortium.replica.database, 1, 1000)) {
    for (const bytes of transactions) {
      assert.ok(bytes.length < 10_000, "the reference's is 4/3 of the image");
      const { payload } = JSON.parse(fromUtf8(bytes)) as { readonly payload: string };
      const texts = [fromUtf8(bytes), Buffer.from(payload, "base64url").toString("latin1")];
      assert.ok(!spellings.some((each) => texts.some((text) => text.includes(each))));
    }
  }
});

test("reference fault 5: the reference's version check is a transaction; ours adds neither entry nor block, whoever asks what", async () => {
  const { status } = agents.consortium.replica;
  const device = { classID: "sensor", publicKey: author.publicKey };
  for (const path of ["retrieve/version", "retrieve/update", "retrieve/payload"])
    assert.ok((await postJson(agents.urls.retrieval, path, device)).ok);
  for (const path of ["v1/bundles/sensor", "v1/checkpoint"])
    assert.ok((await fetch(new URL(path, agents.urls.retrieval))).ok);
  assert.deepEqual(agents.consortium.replica.status, status);
});

test("reference fault 6: the reference compares versions as text and reads no sequence; ours refuses 1.9.0 after 1.10.0 and an older sequence [S4-38 S4-39]", async () => {
  const { consortium } = agents;
  consortium.now += 60;
  await author.token();
  await author.publish({ version: "1.10.0" });
  const refused = async (options: { readonly sequence: number; readonly version: string }) =>
    (await answerOf(await author.send(await author.prepare(options)))).code;
  const sequence = consortium.now * 1000;
  assert.equal(await refused({ sequence: sequence + 1, version: "1.9.0" }), "release/version");
  assert.equal(await refused({ sequence: sequence - 1, version: "1.11.0" }), "release/sequence");
  const bytes = consortium.bundle();
  const decide = (installed: { readonly sequence: number; readonly version: string }) => {
    const device = consortium.device({ installed });
    const { decision } = verifyBundle(bytes, { crypto: nodeCrypto, device, now: consortium.now });
    return decision.action === "refuse" ? decision.refusal.code : decision.action;
  };
  assert.equal(decide({ sequence: 1, version: "1.9.0" }), "install", "as text, 1.10.0 is below 1.9.0");
  assert.equal(decide({ sequence: 1, version: "1.11.0" }), "offer/version");
  assert.equal(decide({ sequence: sequence + 1, version: "1.9.0" }), "offer/sequence");
});

test("reference fault 7: the reference lets any channel member call any function; ours asks every signer for its role", async () => {
  const { consortium } = agents;
  const prepared = await author.prepare({ version: "2.0.0" });
  const token = await author.token();
  const { size } = consortium;
  const registers = async (signer: Signer) =>
    (await submit(agents, await registration(agents, prepared, token, signer))).code;
  assert.equal(await registers(consortium.member(1).registerAgent), "identity/role");
  assert.equal(await registers(consortium.member(0).node), "identity/role");
  assert.equal(await registers(consortium.member(1).author), "author/organisation");
  assert.equal(await registers(await newSigner()), "identity/unknown");
  const { node } = consortium.member(2);
  const release = consortium.manifestKey.kid;
  const codes = [
    await consortium.transaction(node, "release.approve", { release }),
    await consortium.transaction(node, "release.revoke", { reason: "", release }),
    await consortium.transaction(node, "author.revoke", { author: author.key.kid }),
    await consortium.transaction(node, "identity.enrol", { key: (await newSigner()).key, roles: ["admin"] }),
    await consortium.transaction(consortium.member(2).approver, "storage.receipt", { mac: release, release }),
  ].map(async (bytes) => (await submit(agents, bytes)).code);
  const expected = ["identity/role", "release/unknown", "identity/role", "identity/role", "identity/role"];
  assert.deepEqual(await Promise.all(codes), expected);
  assert.equal(consortium.size, size);
});
