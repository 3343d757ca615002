import assert from "node:assert/strict";
import { test } from "node:test";
import { verifyBundle } from "@firmament/core/bundle";
import { tables } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { Consortium, newSigner } from "@firmament/testing/kit";
import { refused, resultOf } from "./support.ts";

async function registered(options: Parameters<typeof Consortium.ready>[0] = {}) {
  const c = await Consortium.ready(options);
  const prepared = await c.prepare();
  return { c, image: prepared.image, release: await c.register(prepared) };
}

async function decisionOf(c: Consortium) {
  await c.cosign();
  return verifyBundle(c.bundle(), { crypto: nodeCrypto, device: c.device(), now: c.now }).decision;
}

test("[S0-8] with k - 1 approvals no device is offered a release; the k-th publishes it at once", async () => {
  const { c, image, release } = await registered();
  using _ = c;
  await c.store(release, image);
  await c.approve(release, [2]);
  assert.equal(c.release(release).state, "STORED");
  const before = await decisionOf(c);
  assert.ok(before.action === "refuse" && before.refusal.code === "offer/none");
  const receipt = await c.submit(c.member(3).approver, "release.approve", { release });
  assert.deepEqual(resultOf(receipt), { release, state: "PUBLISHED" });
  const after = await decisionOf(c);
  assert.ok(after.action === "install" && after.live.release === release);
});

test("approvals may come before receipts: the last of either kind publishes in its own transaction", async () => {
  const { c, image, release } = await registered();
  using _ = c;
  await c.approve(release, [1, 3]);
  await c.store(release, image, [1]);
  assert.equal(c.release(release).state, "REGISTERED");
  const receipt = await c.submit(c.member(2).node, "storage.receipt", {
    mac: c.mac(release, c.member(2), image),
    release,
  });
  assert.deepEqual(resultOf(receipt), { release, state: "PUBLISHED" });
  assert.deepEqual(
    c.record(tables.head, "sensor")?.live.map((each) => each.release),
    [release],
  );
});

test("the author's organisation does not approve its own release, and no organisation counts twice", async () => {
  const { c, image, release } = await registered();
  using _ = c;
  await c.store(release, image);
  await refused(c, "release/own-organisation", () => c.approve(release, [0]));
  const twin = await newSigner("ES256");
  await c.submit(c.member(2).admin, "identity.enrol", { key: twin.key, roles: ["approver"] });
  await c.approve(release, [2]);
  c.now += 1;
  await refused(c, "release/acted", () => c.approve(release, [2]));
  await c.submit(twin, "release.approve", { release });
  assert.equal(c.release(release).state, "STORED", "two identities of one organisation are one approval");
});

test("no organisation can fill a release's record with identities of its own", async () => {
  const { c, release } = await registered();
  using _ = c;
  const many = await Promise.all([1, 2, 3, 4].map(() => newSigner()));
  for (const { key } of many) await c.submit(c.member(2).admin, "identity.enrol", { key, roles: ["approver"] });
  for (const signer of many.slice(0, 3)) await c.submit(signer, "release.approve", { release });
  const [last] = many.slice(3);
  assert.ok(last !== undefined);
  await refused(c, "release/acted", () => c.submit(last, "release.approve", { release }));
});

test("each rule of the class counts its own role, and the named organisations where it names some", async () => {
  const approvals = [
    { count: 1, role: "approver" },
    { count: 1, organisations: ["delta.example"], role: "builder" },
  ] as const;
  const { c, image, release } = await registered({ policy2: { approvals } });
  using _ = c;
  await c.store(release, image);
  const builders = await Promise.all(
    [2, 3].map(async (i) => {
      const signer = await newSigner();
      await c.submit(c.member(i).admin, "identity.enrol", { key: signer.key, roles: ["builder"] });
      return signer;
    }),
  );
  const [charlie, delta] = builders;
  assert.ok(charlie !== undefined && delta !== undefined);
  await c.approve(release, [1]);
  await c.submit(charlie, "release.approve", { release });
  assert.equal(c.release(release).state, "STORED", "the builder must be delta's");
  await c.submit(delta, "release.approve", { release });
  assert.equal(c.release(release).state, "PUBLISHED");
});

test("approvals are recounted with the identities that are active at the deciding transaction", async () => {
  const { c, image, release } = await registered();
  using _ = c;
  await c.approve(release, [2]);
  await c.submit(c.member(2).admin, "identity.revoke", { identity: c.member(2).approver.kid });
  await c.store(release, image);
  await c.approve(release, [3]);
  assert.equal(c.release(release).state, "STORED");
  const fresh = await newSigner();
  await c.submit(c.member(2).admin, "identity.enrol", { key: fresh.key, roles: ["approver"] });
  await c.submit(fresh, "release.approve", { release });
  assert.equal(c.release(release).state, "PUBLISHED");
});

test("what is published, over or unknown takes no approval", async () => {
  using c = await Consortium.ready();
  const { release } = await c.publish();
  await refused(c, "release/state", () => c.approve(release, [1]));
  await refused(c, "release/unknown", () => c.approve(c.member(0).admin.kid, [1]));
});

test("[S0-4] the record answers who created a release, when, and through which chain of approvals", async () => {
  const { c, image, release } = await registered();
  using _ = c;
  const created = c.now;
  await c.store(release, image);
  const steps: (readonly [organisation: string, time: number])[] = [];
  for (const i of [3, 1]) {
    c.now += 3600;
    await c.approve(release, [i]);
    steps.push([c.member(i).name, c.now]);
  }
  const found = c.release(release);
  assert.deepEqual([found.author, found.organisation, found.registered], [c.manifestKey.kid, "alpha.example", created]);
  const times = c.replica.database
    .prepare("SELECT t.bytes, b.time FROM transactions t JOIN blocks b ON b.first = t.idx WHERE t.idx > 0")
    .all();
  const chain = found.approvals.map(({ kid, organisation }) => {
    const row = times.find(({ bytes }) => headerOf(bytes as Uint8Array).kid === kid);
    return [organisation, row?.["time"]];
  });
  assert.deepEqual(chain, steps);
});

function headerOf(bytes: Uint8Array): { readonly kid?: string } {
  const { protected: head } = JSON.parse(Buffer.from(bytes).toString()) as { protected?: string };
  return head === undefined ? {} : (JSON.parse(Buffer.from(head, "base64url").toString()) as { kid: string });
}
