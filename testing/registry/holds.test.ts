import assert from "node:assert/strict";
import { test } from "node:test";
import { verifyBundle } from "@firmament/core/bundle";
import { tables } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { Consortium, DAY, newSigner } from "@firmament/testing/kit";
import { refused, resultOf } from "./support.ts";

const headOf = (c: Consortium) => c.record(tables.head, "sensor") ?? assert.fail("the class has a head");
const hold = (c: Consortium, release: string, member = 2) =>
  c.submit(c.member(member).approver, "release.hold", { release });

test("one approving organisation stops new installs for 72 hours", async () => {
  using c = await Consortium.ready();
  const { release } = await c.publish();
  const held = await hold(c, release);
  const until = c.now + 3 * DAY;
  assert.deepEqual(resultOf(held), { release, until });
  assert.deepEqual(c.record(tables.hold, release, c.member(2).name), { until });
  assert.equal(headOf(c).live[0]?.heldUntil, until);
  await c.cosign();
  const decide = (now: number, installed = c.device().installed) =>
    verifyBundle(c.bundle(), { crypto: nodeCrypto, device: c.device({ installed }), now }).decision;
  const during = decide(c.now);
  assert.ok(during.action === "refuse" && during.refusal.code === "offer/held");
  c.now = until;
  await c.submit(c.member(1).node, "tick", { time: c.now });
  await c.cosign();
  assert.equal(decide(c.now).action, "install");
});

test("a hold is not renewable by the same organisation, whichever identity signs, however late", async () => {
  using c = await Consortium.ready();
  const { release } = await c.publish();
  await hold(c, release);
  const twin = await newSigner();
  await c.submit(c.member(2).admin, "identity.enrol", { key: twin.key, roles: ["approver"] });
  c.now += 1;
  await refused(c, "hold/renewed", () => hold(c, release));
  c.now += 30 * DAY;
  await refused(c, "hold/renewed", () => c.submit(twin, "release.hold", { release }));
});

test("another organisation's hold lasts its own 72 hours and never shortens one", async () => {
  using c = await Consortium.ready();
  const { release } = await c.publish();
  await hold(c, release, 2);
  c.now += DAY;
  await hold(c, release, 3);
  assert.equal(headOf(c).live[0]?.heldUntil, c.now + 3 * DAY);
});

test("a hold is by another organisation's approver, on what is published", async () => {
  using c = await Consortium.ready();
  const pending = await c.register(await c.prepare({ version: "0.9.0" }));
  const { release } = await c.publish();
  await refused(c, "release/own-organisation", () => hold(c, release, 0));
  await refused(c, "release/state", () => hold(c, pending));
  await refused(c, "release/unknown", () => hold(c, c.manifestKey.kid));
});
