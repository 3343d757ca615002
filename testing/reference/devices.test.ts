import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Device, verifyBundle } from "@firmament/core/bundle";
import { Refusal } from "@firmament/core/errors";
import type { Manifest } from "@firmament/core/manifest";
import { nodeCrypto } from "@firmament/crypto";
import { TestAgents } from "../agents/support/agents.ts";
import { answerOf, postJson, TestAuthor } from "../agents/support/author.ts";
import { changeClassPart, flipBit } from "../attacks/forge/edit.ts";
import { newSigner, openClassPolicy, type ReleaseOptions } from "../kit/index.ts";

let agents: TestAgents;
let author: TestAuthor;

before(async () => {
  agents = await TestAgents.start();
  author = new TestAuthor(agents);
  await author.token();
});

after(() => agents[Symbol.asyncDispose]());

async function bundle(path: string): Promise<Uint8Array> {
  const response = await fetch(new URL(`v1/bundles/${path}`, agents.urls.retrieval));
  assert.equal(response.status, 200);
  return new Uint8Array(await response.arrayBuffer());
}

/** What a device makes of a bundle: `install`, `current`, or the code of its refusal. */
function decide(bytes: Uint8Array, changes: Partial<Device> = {}): string {
  const { consortium } = agents;
  try {
    const device = consortium.device(changes);
    const { decision } = verifyBundle(bytes, { crypto: nodeCrypto, device, now: consortium.now });
    return decision.action === "refuse" ? decision.refusal.code : decision.action;
  } catch (cause) {
    if (cause instanceof Refusal) return cause.code;
    throw cause;
  }
}

test("reference fault 13: the reference's device compares text and lets a remote agent verify; ours orders versions and verifies alone, offline [S4-36 S4-38]", async (t) => {
  await author.publish({ version: "0.10.0" });
  const bytes = await bundle("sensor");
  for (const base of Object.values(agents.urls)) assert.equal((await postJson(base, "verify", {})).status, 404);
  t.mock.method(globalThis, "fetch", () => assert.fail("a verifier asked somebody"));
  const installed = (version: string) => ({ installed: { sequence: 1, version } });
  assert.equal(decide(bytes, installed("0.9.0")), "install", "as text, 0.10.0 is below 0.9.0");
  assert.equal(decide(bytes, installed("0.11.0")), "offer/version");
  const altered = changeClassPart(bytes, ({ releases }) => ({
    releases: releases.map((each) => ({ ...each, manifest: flipBit(each.manifest, 20) })),
  }));
  assert.equal(decide(altered), "bundle/manifest-digest");
  assert.equal(decide(bytes, { authors: [(await newSigner()).key] }), "bundle/author-unknown");
});

test("reference fault 14: the reference gives an image to whoever knows class and public key; ours gives a targeted class's to enrolled devices", async () => {
  const { consortium } = agents;
  const { admin } = consortium.member(0);
  await consortium.createClass("valve", { ...openClassPolicy, targeted: true });
  const owner = new TestAuthor(agents, await newSigner());
  await consortium.submit(admin, "author.approve", { classes: ["valve"], key: owner.key.key, vendor: "acme" });
  const [enrolled, revoked] = [await newSigner(), await newSigner()];
  for (const { key } of [enrolled, revoked])
    await consortium.submit(admin, "device.enrol", { className: "valve", groups: [], key });
  await consortium.submit(admin, "device.update", { device: revoked.kid, groups: [], status: "revoked" });
  await owner.token();
  await owner.publish({ className: "valve", version: "1.0.0" });
  for (const path of ["retrieve/version", "retrieve/update", "retrieve/payload"]) {
    const answer = await answerOf(
      await postJson(agents.urls.retrieval, path, { classID: "valve", publicKey: owner.publicKey }),
    );
    assert.deepEqual([answer.status, answer.code], [403, "retrieval-agent/no-update"], path);
  }
  const stranger = await newSigner();
  const device = ({ kid }: { readonly kid: string }) => ({ authors: [owner.key.key], className: "valve", id: kid });
  assert.equal(decide(await bundle("valve"), device(stranger)), "bundle/device-record");
  const record = (of: { readonly kid: string }) => bundle(`valve?device=${of.kid}`);
  assert.equal(decide(await record(revoked), device(revoked)), "bundle/device-record");
  assert.match(decide(await record(enrolled), device(stranger)), /^state\/proof-/);
  assert.equal(decide(await record(enrolled), device(enrolled)), "install");
});

test("reference fault 15: the reference checks no dependency, size, class or storage location; ours does at the ledger and on the device [S4-41 S4-44 S4-47 S4-49]", async () => {
  const { consortium } = agents;
  consortium.now += 60;
  await author.token();
  const { size } = consortium;
  const refused = async (manifest: Partial<Manifest>, options: ReleaseOptions = {}) =>
    (await answerOf(await author.send(await author.prepare({ version: "0.12.0", ...options, manifest })))).code;
  assert.equal(await refused({ dependencies: [{ classID: "sensor", versionID: "9.9.9" }] }), "release/dependency");
  assert.equal(await refused({ size: 1 }), "manifest/size");
  assert.equal(await refused({}, { className: "pump" }), "class/unknown");
  assert.equal(await refused({ storageLocation: "boot" }), "release/storage-location");
  const prepared = await author.prepare({ version: "0.12.0" });
  const longer = await answerOf(await author.send(prepared, { image: new Uint8Array([...prepared.image, 0]) }));
  assert.equal(longer.code, "register-agent/payload");
  assert.equal(consortium.size, size);
  await author.publish({ version: "0.20.0" });
  await author.publish({
    manifest: { dependencies: [{ classID: "sensor", versionID: "0.20.0" }] },
    sequence: consortium.now * 1000 + 1,
    version: "0.30.0",
  });
  const bytes = await bundle("sensor");
  const inventory = [{ className: "sensor", version: "0.20.0", versions: "semver" }] as const;
  assert.equal(decide(bytes), "offer/dependency");
  assert.equal(decide(bytes, { inventory, storageLocations: ["boot"] }), "offer/storage-location");
  // Which of its checks a proof for other keys fails depends on where they lie.
  assert.match(decide(bytes, { className: "pump", inventory }), /^state\/proof-(?:form|root)$/);
  assert.equal(decide(bytes, { inventory }), "install");
});
