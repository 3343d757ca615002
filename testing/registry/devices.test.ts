import assert from "node:assert/strict";
import { test } from "node:test";
import { verifyBundle } from "@firmament/core/bundle";
import { tables } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { Consortium, newSigner } from "@firmament/testing/kit";
import { refused, resultOf } from "./support.ts";

async function withOwner() {
  const c = await Consortium.ready();
  const [owner, rival] = [await newSigner("ES256"), await newSigner("ES256")];
  await c.submit(c.member(1).admin, "identity.enrol", { key: owner.key, roles: ["assetOwner"] });
  await c.submit(c.member(2).admin, "identity.enrol", { key: rival.key, roles: ["assetOwner"] });
  return { c, owner, rival, device: await newSigner("ES256") };
}

test("[S4-5] an asset owner enrols its devices and alone changes them", async () => {
  const { c, device, owner, rival } = await withOwner();
  using _ = c;
  const receipt = await c.submit(owner, "device.enrol", { className: "sensor", groups: ["plant-7"], key: device.key });
  assert.deepEqual(resultOf(receipt), { device: device.kid });
  const enrolled = {
    className: "sensor",
    groups: ["plant-7"],
    key: device.key,
    organisation: c.member(1).name,
    status: "active",
  };
  assert.deepEqual(c.record(tables.device, device.kid), enrolled);
  const body = { device: device.kid, groups: ["plant-8"], status: "revoked" } as const;
  await refused(c, "identity/organisation", () => c.submit(rival, "device.update", body));
  await c.submit(owner, "device.update", body);
  assert.deepEqual(c.record(tables.device, device.kid), { ...enrolled, groups: ["plant-8"], status: "revoked" });
});

test("a device is enrolled once, in a class that exists, and is known before it is changed", async () => {
  const { c, device, owner } = await withOwner();
  using _ = c;
  const { key } = device;
  await refused(c, "class/unknown", () => c.submit(owner, "device.enrol", { className: "pump", groups: [], key }));
  await refused(c, "device/unknown", () =>
    c.submit(owner, "device.update", { device: device.kid, groups: [], status: "active" }),
  );
  await c.submit(owner, "device.enrol", { className: "sensor", groups: [], key });
  await refused(c, "identity/exists", () =>
    c.submit(owner, "device.enrol", { className: "sensor", groups: ["a"], key }),
  );
  await refused(c, "identity/role", () =>
    c.submit(c.member(1).approver, "device.enrol", { className: "sensor", groups: [], key }),
  );
  await refused(c, "codec/value", () =>
    c.submit(owner, "device.update", { device: device.kid, groups: ["b", "a"], status: "active" }),
  );
});

test("[S4-6] a device takes releases of its own class by its own author key only", async () => {
  using c = await Consortium.ready();
  await c.createClass("valve");
  await c.publish();
  await c.cosign();
  const stranger = await newSigner();
  const judge = (className: string, changes: Parameters<typeof c.device>[0] = {}) =>
    verifyBundle(c.bundle(className), { crypto: nodeCrypto, device: c.device(changes), now: c.now });
  assert.equal(judge("sensor").decision.action, "install");
  const foreign = judge("sensor", { authors: [stranger.key] }).decision;
  assert.ok(foreign.action === "refuse" && foreign.refusal.code === "bundle/author-unknown");
  assert.throws(() => judge("sensor", { className: "valve" }), { code: /^state\/proof-(form|root)$/ });
  assert.throws(() => judge("valve"), { code: /^state\/proof-(form|root)$/ });
});
