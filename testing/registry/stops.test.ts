import assert from "node:assert/strict";
import { test } from "node:test";
import { verifyBundle } from "@firmament/core/bundle";
import { tables } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { Consortium, newSigner } from "@firmament/testing/kit";
import { refused, resultOf } from "./support.ts";

const reason = "CVE-2026-1";
const headOf = (c: Consortium) => c.record(tables.head, "sensor") ?? assert.fail("the class has a head");

test("the author's organisation revokes alone, and the reason stands in the record", async () => {
  using c = await Consortium.ready();
  const { release } = await c.publish();
  const receipt = await c.submit(c.member(0).author, "release.revoke", { reason, release });
  assert.deepEqual(resultOf(receipt), { release, state: "REVOKED" });
  assert.deepEqual([c.release(release).state, c.release(release).reason], ["REVOKED", reason]);
  assert.deepEqual(headOf(c).live, []);
  assert.deepEqual(
    headOf(c).stopped.map((each) => [each.release, each.state]),
    [[release, "REVOKED"]],
  );
});

test("the others revoke by a quorum, one voice per organisation", async () => {
  using c = await Consortium.ready();
  const { release } = await c.publish();
  const revoke = (member: number) => c.submit(c.member(member).approver, "release.revoke", { reason, release });
  const first = await revoke(1);
  assert.deepEqual(resultOf(first), { needed: 3, release, revocations: 1, state: "PUBLISHED" });
  const twin = await newSigner();
  await c.submit(c.member(1).admin, "identity.enrol", { key: twin.key, roles: ["approver"] });
  await refused(c, "release/acted", () => c.submit(twin, "release.revoke", { reason, release }));
  await c.submit(c.member(2).admin, "release.revoke", { reason, release });
  assert.equal(headOf(c).live.length, 1);
  await revoke(3);
  assert.equal(c.release(release).state, "REVOKED");
  assert.deepEqual(headOf(c).live, []);
});

test("a quorum is recounted with the identities that are active now", async () => {
  using c = await Consortium.ready();
  const { release } = await c.publish();
  const revoke = (member: number) => c.submit(c.member(member).approver, "release.revoke", { reason, release });
  await revoke(1);
  await c.submit(c.member(1).admin, "identity.revoke", { identity: c.member(1).approver.kid });
  await revoke(2);
  assert.deepEqual(resultOf(await revoke(3)), { needed: 3, release, revocations: 2, state: "PUBLISHED" });
  await c.submit(c.member(1).admin, "release.revoke", { reason, release });
  assert.equal(c.release(release).state, "REVOKED");
});

test("who revokes has a role for it", async () => {
  using c = await Consortium.ready();
  const { release } = await c.publish();
  await refused(c, "identity/role", () => c.submit(c.member(0).approver, "release.revoke", { reason, release }));
  await refused(c, "identity/role", () => c.submit(c.member(1).author, "release.revoke", { reason, release }));
  await refused(c, "release/unknown", () =>
    c.submit(c.member(0).admin, "release.revoke", { reason, release: c.manifestKey.kid }),
  );
});

test("the author's organisation withdraws, before or after publication", async () => {
  using c = await Consortium.ready();
  const pending = await c.register(await c.prepare({ version: "0.9.0" }));
  const { release } = await c.publish();
  await refused(c, "release/not-author", () => c.submit(c.member(1).admin, "release.withdraw", { reason, release }));
  for (const id of [pending, release]) {
    const receipt = await c.submit(c.member(0).author, "release.withdraw", { reason, release: id });
    assert.deepEqual(resultOf(receipt), { release: id, state: "WITHDRAWN" });
  }
  assert.deepEqual(
    headOf(c).stopped.map((each) => [each.release, each.state]),
    [[release, "WITHDRAWN"]],
  );
  await refused(c, "release/unknown", () => {
    return c.submit(c.member(0).author, "release.withdraw", { reason, release: c.manifestKey.kid });
  });
});

test("nothing leaves REVOKED or WITHDRAWN", async () => {
  using c = await Consortium.ready();
  const [one, other] = [await c.prepare({ version: "1.0.0" }), await c.prepare({ version: "2.0.0" })];
  const [revoked, withdrawn] = [await c.register(one), await c.register(other)];
  await c.submit(c.member(0).admin, "release.revoke", { reason, release: revoked });
  await c.submit(c.member(0).admin, "release.withdraw", { reason, release: withdrawn });
  c.now += 1;
  for (const release of [revoked, withdrawn]) {
    await refused(c, "release/state", () => c.submit(c.member(0).admin, "release.revoke", { reason, release }));
    await refused(c, "release/state", () => c.submit(c.member(0).admin, "release.withdraw", { reason, release }));
    await refused(c, "release/state", () => c.submit(c.member(1).admin, "release.revoke", { reason, release }));
    await refused(c, "release/state", () => c.approve(release));
    await refused(c, "release/state", () => c.store(release, one.image));
    await refused(c, "release/state", () => c.submit(c.member(2).approver, "release.hold", { release }));
  }
});

test("[S0-10] a revocation makes a device refuse the update, with no list from any server", async () => {
  using c = await Consortium.ready();
  const { release } = await c.publish();
  await c.cosign();
  const verdict = () =>
    verifyBundle(c.bundle(), { crypto: nodeCrypto, device: c.device(), now: c.now, wanted: release }).decision;
  assert.equal(verdict().action, "install");
  await c.submit(c.member(0).admin, "release.revoke", { reason, release });
  await c.cosign();
  const after = verdict();
  assert.ok(after.action === "refuse" && after.refusal.code === "offer/revoked");
  const running = c.device({ installed: { release, sequence: c.now * 1000, version: "1.0.0" } });
  assert.equal(
    verifyBundle(c.bundle(), { crypto: nodeCrypto, device: running, now: c.now }).alarm?.code,
    "offer/revoked",
  );
});
