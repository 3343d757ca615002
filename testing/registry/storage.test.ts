import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { tables } from "@firmament/core/registry";
import { Consortium, newSigner } from "@firmament/testing/kit";
import { refused, resultOf } from "./support.ts";

async function registered(options: Parameters<typeof Consortium.ready>[0] = {}) {
  const c = await Consortium.ready(options);
  const prepared = await c.prepare();
  const release = await c.register(prepared);
  return { c, image: prepared.image, release };
}

const FALSE_MAC = Buffer.alloc(32, 9).toString("base64url");

test("a receipt is HMAC-SHA256 under register transaction id and attester key id, over the stored bytes", async () => {
  const { c, image, release } = await registered();
  using _ = c;
  const { node } = c.member(1);
  const key = Buffer.concat([Buffer.from(release, "base64url"), Buffer.from(node.kid, "base64url")]);
  const mac = createHmac("sha256", key).update(image).digest("base64url");
  assert.equal(c.mac(release, c.member(1), image), mac);
  await c.submit(node, "storage.receipt", { mac, release });
  assert.deepEqual(c.release(release).receipts, [{ kid: node.kid, mac, organisation: c.member(1).name }]);
  assert.notEqual(c.mac(release, c.member(2), image), mac, "no attester can copy another's");
});

test("k distinct organisations other than the author's carry a release to STORED, the last in its own transaction", async () => {
  const { c, image, release } = await registered();
  using _ = c;
  await refused(c, "release/own-organisation", () => c.store(release, image, [0]));
  await c.store(release, image, [1]);
  assert.equal(c.release(release).state, "REGISTERED");
  const twin = await newSigner();
  await c.submit(c.member(1).admin, "identity.enrol", { key: twin.key, roles: ["node"] });
  await refused(c, "release/acted", () => c.submit(twin, "storage.receipt", { mac: FALSE_MAC, release }));
  const receipt = await c.submit(c.member(2).node, "storage.receipt", {
    mac: c.mac(release, c.member(2), image),
    release,
  });
  assert.deepEqual(resultOf(receipt), { release, state: "STORED" });
});

test("a receipt is for a release that exists and is not over", async () => {
  const { c, image, release } = await registered();
  using _ = c;
  await refused(c, "release/unknown", () => c.store(c.member(0).admin.kid, image, [1]));
  await c.submit(c.member(0).admin, "release.withdraw", { reason: "", release });
  await refused(c, "release/state", () => c.store(release, image, [1]));
});

test("a receipt whose key was revoked no longer counts, and its organisation gives another", async () => {
  const { c, image, release } = await registered();
  using _ = c;
  await c.store(release, image, [1]);
  const [bravo] = [c.member(1)];
  await c.submit(bravo.admin, "identity.revoke", { identity: bravo.node.kid });
  await c.store(release, image, [2]);
  assert.equal(c.release(release).state, "REGISTERED");
  const fresh = await newSigner();
  await c.submit(bravo.admin, "identity.enrol", { key: fresh.key, roles: ["node"] });
  await c.submit(fresh, "storage.receipt", { mac: FALSE_MAC, release });
  assert.equal(c.release(release).state, "STORED");
  assert.equal(c.release(release).receipts.length, 2);
});

test("k holders who find the same other value void a receipt, and the release falls back", async () => {
  const { c, image, release } = await registered({ policy2: { approvals: [{ count: 3, role: "approver" }] } });
  using _ = c;
  const [liar, one, other] = [c.member(1), c.member(2), c.member(3)];
  await c.submit(liar.node, "storage.receipt", { mac: FALSE_MAC, release });
  await c.store(release, image, [2]);
  assert.equal(c.release(release).state, "STORED");
  const right = c.mac(release, liar, image);
  const dispute = (by: typeof one, mac = right) =>
    c.submit(by.node, "storage.dispute", { kid: liar.node.kid, mac, release });
  await refused(c, "dispute/receipt", () => dispute(other));
  assert.deepEqual(resultOf(await dispute(one)), { release, state: "STORED", voided: false });
  await c.store(release, image, [3]);
  assert.deepEqual(resultOf(await dispute(other)), { release, state: "STORED", voided: true });
  assert.deepEqual(
    c.release(release).receipts.map((each) => each.organisation),
    [one.name, other.name],
  );
  assert.equal(c.record(tables.dispute, release, liar.node.kid, FALSE_MAC)?.claims.length, 2);
  await c.store(release, image, [1]);
  assert.equal(c.release(release).receipts.length, 3, "the voided organisation may prove it after all");
});

test("a void takes a release back from STORED where too few receipts are left", async () => {
  const { c, image, release } = await registered();
  using _ = c;
  await c.store(release, image, [1, 2, 3]);
  const dispute = async (by: number, about: number, mac: string) => {
    const { kid } = c.member(about).node;
    return resultOf(await c.submit(c.member(by).node, "storage.dispute", { kid, mac, release }));
  };
  const [first, second] = [FALSE_MAC, Buffer.alloc(32, 8).toString("base64url")];
  await dispute(3, 1, first);
  await dispute(1, 3, second);
  assert.deepEqual(await dispute(2, 3, second), { release, state: "STORED", voided: true });
  assert.deepEqual(await dispute(2, 1, first), { release, state: "REGISTERED", voided: true });
  await c.approve(release, [1, 2, 3]);
  assert.equal(c.release(release).state, "REGISTERED", "approvals alone publish nothing");
  c.now += 1;
  await refused(c, "dispute/voided", () => c.store(release, image, [1]));
  const fresh = await newSigner();
  await c.submit(c.member(1).admin, "identity.enrol", { key: fresh.key, roles: ["node"] });
  await c.submit(fresh, "storage.receipt", { mac: FALSE_MAC, release });
  assert.equal(c.release(release).state, "PUBLISHED");
});

test("holders who disagree with one another void nothing", async () => {
  const { c, image, release } = await registered({ policy2: { approvals: [{ count: 3, role: "approver" }] } });
  using _ = c;
  await c.store(release, image, [1, 2, 3]);
  const { kid } = c.member(1).node;
  const dispute = (by: number, mac: string) => c.submit(c.member(by).node, "storage.dispute", { kid, mac, release });
  await dispute(2, FALSE_MAC);
  await refused(c, "release/acted", () => dispute(2, Buffer.alloc(32, 7).toString("base64url")));
  const second = resultOf<{ voided: boolean }>(await dispute(3, Buffer.alloc(32, 8).toString("base64url")));
  assert.equal(second.voided, false);
  assert.equal(c.release(release).receipts.length, 3);
});

test("a dispute is by a holder, about a receipt that stands, with another value", async () => {
  const { c, image, release } = await registered();
  using _ = c;
  await c.store(release, image, [1, 2]);
  const kid = c.member(1).node.kid;
  const dispute = (by: number, change: object = {}) =>
    c.submit(c.member(by).node, "storage.dispute", { kid, mac: FALSE_MAC, release, ...change });
  await refused(c, "dispute/receipt", () => dispute(3));
  await refused(c, "dispute/receipt", () => dispute(1));
  await refused(c, "dispute/receipt", () => dispute(2, { kid: c.member(3).node.kid }));
  await refused(c, "dispute/receipt", () => dispute(2, { mac: c.mac(release, c.member(1), image) }));
  await refused(c, "release/own-organisation", () => dispute(0));
  await refused(c, "release/unknown", () => dispute(2, { release: kid }));
});
