import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { TestAgents } from "../agents/support/agents.ts";
import { answerOf, postJson, TestAuthor } from "../agents/support/author.ts";
import { newSigner } from "../kit/index.ts";

let agents: TestAgents;
let author: TestAuthor;

before(async () => {
  agents = await TestAgents.start();
  author = new TestAuthor(agents);
  await author.token();
});

after(() => agents[Symbol.asyncDispose]());

const download = (classID: string, publicKey: string) =>
  postJson(agents.urls.retrieval, "retrieve/payload", { classID, publicKey });

async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}

test("reference fault 9: the reference takes any CID for an update at any time; ours takes the bytes that the author signed for, before and after publication", async () => {
  const token = await author.token();
  const { consortium } = agents;
  const { image, release } = await author.publish({ version: "1.0.0" });
  const state = { files: await agents.files(), release: consortium.release(release), size: consortium.size };
  const put = async (body: Uint8Array) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/octet-stream" };
    const url = new URL(`v1/releases/${release}/content`, agents.urls.register);
    return answerOf(await fetch(url, { body: Uint8Array.from(body), headers, method: "PUT" }));
  };
  const refused = await put(image.with(0, 9));
  assert.deepEqual([refused.error, refused.code], ["ERR_PAYLOAD_NOT_VERIFIABLE", "register-agent/payload"]);
  const other = await author.prepare({
    image: image.with(0, 9),
    sequence: consortium.now * 1000 + 1,
    version: "1.0.0",
  });
  assert.equal((await answerOf(await author.send(other))).code, "release/version", "nor a second record of it");
  const after = { files: await agents.files(), release: consortium.release(release), size: consortium.size };
  assert.deepEqual(after, state);
  assert.equal((await put(image)).status, 201, "the same bytes again change nothing");
  assert.deepEqual(consortium.release(release), state.release);
});

test("reference fault 10: the reference writes all payloads to one file; devices of ours that download together get their own image each", async () => {
  const { consortium } = agents;
  const second = new TestAuthor(agents, await newSigner());
  await consortium.createClass("pump");
  const approval = { classes: ["pump"], key: second.key.key, vendor: "acme" };
  await consortium.submit(consortium.member(0).admin, "author.approve", approval);
  await second.token();
  const images = [new Uint8Array(2_000_000).fill(1), new Uint8Array(2_000_000).fill(2)] as const;
  await author.publish({ image: images[0], sequence: consortium.now * 1000 + 2, version: "2.0.0" });
  await second.publish({ className: "pump", image: images[1] });
  const [one, two, three, four] = await Promise.all([
    download("sensor", author.publicKey),
    download("pump", second.publicKey),
    download("sensor", author.publicKey),
    download("pump", second.publicKey),
  ]);
  // Read in turns, so that every answer is under way while the others are.
  const got = await Promise.all([four, three, two, one].map(bytesOf));
  assert.deepEqual(got, [images[1], images[0], images[1], images[0]]);
});

test("reference fault 11: the reference writes the file on a digest mismatch; ours hands out and writes no byte of it", async () => {
  const { consortium, folder, store } = agents;
  const image = new Uint8Array(500_000).fill(7);
  const { release } = await author.publish({ image, sequence: consortium.now * 1000 + 3, version: "3.0.0" });
  const { stored } = consortium.release(release);
  assert.ok(stored !== undefined);
  const [name = ""] = (await readdir(join(folder, "content"))).filter((each) => each.includes(stored.cid));
  const file = join(folder, "content", name);
  await writeFile(file, (await readFile(file)).with(400_000, 0));
  const answer = await answerOf(await download("sensor", author.publicKey));
  assert.deepEqual([answer.status, answer.code], [500, "content/corrupt"]);
  await writeFile(file, image);
  assert.deepEqual(await bytesOf(await download("sensor", author.publicKey)), image);
  const before = await agents.files();
  const received = (async function* () {
    yield image.with(400_000, 0);
  })();
  await assert.rejects(store.put(received, { expect: stored, maxBytes: 1_000_000 }), {
    code: "content/digest-mismatch",
  });
  assert.deepEqual(await agents.files(), before);
});
