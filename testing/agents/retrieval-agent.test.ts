import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { decodeBundle, verifyBundle } from "@firmament/core/bundle";
import { fromBase64, fromUtf8 } from "@firmament/core/bytes";
import { keyId, verifySignature } from "@firmament/core/keys";
import { parseNote } from "@firmament/core/log";
import { type Manifest, manifestSigningInput, payloadSigningInput } from "@firmament/core/manifest";
import { canonicalBytes } from "@firmament/core/codec";
import { tables } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { newSigner, type PreparedRelease } from "../kit/index.ts";
import { TestAgents } from "./support/agents.ts";
import { answerOf, postJson, TestAuthor } from "./support/author.ts";

const PATHS = ["retrieve/version", "retrieve/update", "retrieve/payload"] as const;
const KINDS = { payload: "retrieve/payload", update: "retrieve/update", version: "retrieve/version" } as const;

let agents: TestAgents;
let author: TestAuthor;
let first: PreparedRelease & { readonly release: string };

before(async () => {
  agents = await TestAgents.start();
  author = new TestAuthor(agents);
  await author.token();
  first = await author.publish({ image: new Uint8Array(2_500_000).fill(3), version: "9.0.0" });
});

after(() => agents[Symbol.asyncDispose]());

const ask = (kind: keyof typeof KINDS, device: object = { classID: "sensor", publicKey: author.publicKey }) =>
  postJson(agents.urls.retrieval, KINDS[kind], device);

const get = (path: string, init: RequestInit = {}) => fetch(new URL(path, agents.urls.retrieval), init);

async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}

test("[S4-4] [S4-31] [S4-32] [S4-33] [S4-35] a device gets version, manifest with signatures, and the image", async () => {
  const version = await ask("version");
  assert.deepEqual([version.status, await version.text()], [201, "9.0.0"]);
  const update = await ask("update");
  assert.equal(update.status, 200);
  type Update = { manifest: Manifest; authorSign: string; authorManifestSign: string; cid: string };
  const { authorManifestSign, authorSign, cid, manifest } = (await update.json()) as Update;
  const bytes = canonicalBytes(manifest);
  assert.equal(fromUtf8(bytes), fromUtf8(first.manifest));
  assert.equal(cid, manifest.stored?.cid);
  const { key } = author.key;
  assert.ok(verifySignature(nodeCrypto, key, manifestSigningInput(nodeCrypto, bytes), fromBase64(authorManifestSign)));
  assert.ok(verifySignature(nodeCrypto, key, payloadSigningInput(manifest.payloadDigest), fromBase64(authorSign)));
  const payload = await ask("payload");
  assert.deepEqual([payload.status, payload.headers.get("content-type")], [200, "application/octet-stream"]);
  assert.deepEqual(await bytesOf(payload), first.image);
});

test("[S4-37] no update for that DeviceID is an error of its own, on all three paths", async () => {
  const stranger = new TestAuthor(agents, await newSigner());
  for (const device of [
    { classID: "another", publicKey: author.publicKey },
    { classID: "sensor", publicKey: stranger.publicKey },
  ]) {
    for (const path of PATHS) {
      const { code, error, status } = await answerOf(await postJson(agents.urls.retrieval, path, device));
      assert.deepEqual([status, error, code], [403, "ERR_UPDATE_NOT_EXISTENT", "retrieval-agent/no-update"]);
    }
  }
});

test("a DeviceID with other members is refused with 405, and one that is none with its own code", async () => {
  const { publicKey } = author;
  const device = { classID: "sensor", publicKey };
  for (const wrong of [{}, { publicKey }, { classID: "sensor" }, { ...device, deviceID: "x" }, []]) {
    for (const path of PATHS) {
      const { code, status } = await answerOf(await postJson(agents.urls.retrieval, path, wrong));
      assert.deepEqual([status, code], [405, "http/keys"]);
    }
  }
  assert.equal((await answerOf(await ask("version", { ...device, publicKey: "x" }))).code, "http/public-key");
  assert.equal((await answerOf(await ask("version", { ...device, classID: "a b" }))).code, "codec/value");
});

test("the reference sends queries as transactions: here no query makes an entry or a block", async () => {
  const { height, size } = agents.consortium.replica.status;
  for (const kind of ["version", "update", "payload"] as const) await (await ask(kind)).arrayBuffer();
  await (await get("v1/bundles/sensor")).arrayBuffer();
  const { height: heightAfter, size: sizeAfter } = agents.consortium.replica.status;
  assert.deepEqual([heightAfter, sizeAfter], [height, size]);
});

test("the reference writes every image into one file: here devices that ask together each get their own", async () => {
  const second = new TestAuthor(agents, await newSigner());
  const { consortium } = agents;
  await consortium.createClass("pump");
  const { admin } = consortium.member(0);
  await consortium.submit(admin, "author.approve", { classes: ["pump"], key: second.key.key, vendor: "acme" });
  await second.token();
  const image = new Uint8Array(2_500_000).fill(4);
  await second.publish({ className: "pump", image });
  const devices = Array.from({ length: 6 }, (_, i) => i % 2 === 0);
  const images = await Promise.all(
    devices.map(async (isFirst) =>
      bytesOf(isFirst ? await ask("payload") : await ask("payload", { classID: "pump", publicKey: second.publicKey })),
    ),
  );
  for (const [i, isFirst] of devices.entries()) assert.deepEqual(images[i], isFirst ? first.image : image);
});

test("the reference accepts 'V_9' as newer than 'V_10': here 10.0.0 follows 9.0.0", async () => {
  const second = await author.publish({
    image: new Uint8Array(10).fill(5),
    sequence: agents.consortium.now * 1000 + 1,
    version: "10.0.0",
  });
  assert.equal(await (await ask("version")).text(), "10.0.0");
  assert.deepEqual(await bytesOf(await ask("payload")), second.image);
});

test("a bundle verifies offline, is tagged by its checkpoint, and is sent once", async () => {
  const { consortium } = agents;
  const response = await get("v1/bundles/sensor");
  assert.deepEqual([response.status, response.headers.get("content-type")], [200, "application/cbor"]);
  const etag = response.headers.get("etag") ?? "";
  assert.equal(etag, `W/"${consortium.size}"`);
  const bytes = await bytesOf(response);
  const verdict = verifyBundle(bytes, { crypto: nodeCrypto, device: consortium.device(), now: consortium.now });
  assert.equal(verdict.decision.action, "install");
  assert.deepEqual(await bytesOf(await get("v1/bundles/sensor")), bytes);
  for (const known of [etag, etag.slice(2)]) {
    assert.equal((await get("v1/bundles/sensor", { headers: { "if-none-match": known } })).status, 304);
  }
  assert.equal((await get("v1/bundles/sensor", { headers: { "if-none-match": '"1"' } })).status, 200);
});

test("a bundle of a targeted class carries the device's own record", async () => {
  const { consortium } = agents;
  const device = await newSigner();
  const { className } = await targetedClass();
  await consortium.submit(consortium.member(0).admin, "device.enrol", { className, groups: [], key: device.key });
  await agents.follow();
  const plain = decodeBundle(await bytesOf(await get(`v1/bundles/${className}`)));
  assert.equal(plain.devicePart, undefined);
  const own = decodeBundle(await bytesOf(await get(`v1/bundles/${className}?device=${keyId(nodeCrypto, device.key)}`)));
  assert.notEqual(own.devicePart?.record, undefined);
});

async function targetedClass() {
  const className = "targeted";
  const policy = agents.consortium.record(tables.policy, "sensor");
  assert.ok(policy !== undefined);
  await agents.consortium.createClass(className, { ...policy, targeted: true });
  return { className };
}

test("a bundle of an unknown class or for parameters without form is refused", async () => {
  const refused = async (path: string) => {
    const { code, status } = await answerOf(await get(path));
    return [status, code];
  };
  assert.deepEqual(await refused("v1/bundles/another"), [404, "replica/class-unknown"]);
  assert.deepEqual(await refused("v1/bundles/sensor?from=x"), [400, "codec/value"]);
  assert.deepEqual(await refused("v1/bundles/sensor?from=1&from=2"), [400, "codec/type"]);
  assert.deepEqual(await refused("v1/bundles/sensor?device=a%20b"), [400, "codec/value"]);
  assert.deepEqual(await refused("v1/bundles/a%20b"), [400, "codec/value"]);
  assert.equal((await get("v1/bundles/sensor?from=5")).status, 200);
});

test("a release is shown with its state, and an unknown one is none", async () => {
  const shown = (await (await get(`v1/releases/${first.release}`)).json()) as {
    release: string;
    state: string;
    version: string;
  };
  assert.deepEqual([shown.release, shown.state, shown.version], [first.release, "SUPERSEDED", "9.0.0"]);
  const unknown = await answerOf(await get(`v1/releases/${"A".repeat(43)}`));
  assert.deepEqual([unknown.status, unknown.error, unknown.code], [404, "ERR_UPDATE_NOT_EXISTENT", "release/unknown"]);
  assert.equal((await answerOf(await get("v1/releases/x"))).code, "codec/value");
});

test("the checkpoint is a note with the cosignatures of every organisation", async () => {
  const response = await get("v1/checkpoint");
  const note = parseNote(await bytesOf(response));
  assert.ok(note.text.startsWith(`${agents.consortium.ledger}\n${agents.consortium.size}\n`));
  const names = agents.consortium.members.map(({ name }) => name);
  assert.deepEqual(note.signatures.map(({ name }) => name).sort(), names);
});

test("content is served by CID, in ranges, and not written", async () => {
  const cid = (JSON.parse(fromUtf8(first.manifest)) as Manifest).stored?.cid ?? "";
  const head = await get(`v1/content/${cid}`, { method: "HEAD" });
  assert.deepEqual([head.status, head.headers.get("content-length")], [200, "2500000"]);
  const range = await get(`v1/content/${cid}`, { headers: { range: "bytes=10-19" } });
  assert.deepEqual([range.status, await bytesOf(range)], [206, first.image.subarray(10, 20)]);
  assert.equal((await answerOf(await get("v1/content/x"))).code, "cid/text");
  assert.equal((await get(`v1/content/${cid}`, { method: "DELETE" })).status, 404);
});

test("[S4-37] what is held, partly rolled out, revoked, or by a revoked author is no update for a device without a proof", async () => {
  const { consortium } = agents;
  const version = async () => (await ask("version")).text();
  const sequence = consortium.now * 1000;
  const canary = { groups: [], permille: 10, salt: "s" };
  const eleventh = await author.publish({ rollout: canary, sequence: sequence + 2, version: "11.0.0" });
  assert.equal(await version(), "10.0.0");
  await consortium.submit(consortium.member(0).author, "release.rollout", {
    permille: 1000,
    release: eleventh.release,
  });
  await agents.follow();
  assert.equal(await version(), "11.0.0");
  await consortium.submit(consortium.member(2).approver, "release.hold", { release: eleventh.release });
  await agents.follow();
  assert.equal((await answerOf(await ask("version"))).code, "retrieval-agent/no-update");
  consortium.now += 73 * 3600;
  await author.token();
  await agents.follow();
  assert.equal(await version(), "11.0.0");
  await consortium.submit(consortium.member(0).author, "release.revoke", {
    reason: "a test",
    release: eleventh.release,
  });
  await agents.follow();
  assert.equal((await answerOf(await ask("payload"))).code, "retrieval-agent/no-update");
  await author.publish({ sequence: consortium.now * 1000, version: "12.0.0" });
  assert.equal(await version(), "12.0.0");
  await consortium.submit(consortium.member(0).admin, "author.revoke", { author: author.key.kid });
  await agents.follow();
  assert.equal((await answerOf(await ask("version"))).error, "ERR_UPDATE_NOT_EXISTENT");
});
