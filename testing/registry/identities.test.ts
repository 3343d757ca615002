import assert from "node:assert/strict";
import { test } from "node:test";
import { tables } from "@firmament/core/registry";
import { Consortium, newSigner } from "@firmament/testing/kit";
import { refused, resultOf } from "./support.ts";

test("an administrator enrols identities of its own organisation, with roles and one key each", async () => {
  using c = await Consortium.found();
  const { key, kid } = await newSigner();
  const receipt = await c.submit(c.member(1).admin, "identity.enrol", { key, roles: ["approver", "node"] });
  assert.deepEqual(resultOf(receipt), { identity: kid });
  assert.deepEqual(c.record(tables.identity, kid), {
    key,
    organisation: c.member(1).name,
    roles: ["approver", "node"],
    status: "active",
  });
  assert.deepEqual(c.record(tables.keyUse, kid), { purpose: "transaction" });
});

test("an identity is revoked for ever, by its own organisation", async () => {
  using c = await Consortium.ready();
  const { admin, approver } = c.member(1);
  await refused(c, "identity/organisation", () => c.submit(c.member(0).admin, "identity.revoke", { identity: approver.kid }));
  await refused(c, "identity/unknown", () => c.submit(admin, "identity.revoke", { identity: c.manifestKey.kid }));
  await c.submit(admin, "identity.revoke", { identity: approver.kid });
  assert.equal(c.record(tables.identity, approver.kid)?.status, "revoked");
  c.now += 1;
  await refused(c, "identity/revoked", () => c.submit(admin, "identity.revoke", { identity: approver.kid }));
  await refused(c, "identity/exists", () => c.submit(admin, "identity.enrol", { key: approver.key, roles: ["approver"] }));
});

test("a key has one purpose for ever: transaction, manifest, device, root and cosigner keys are different keys", async () => {
  using c = await Consortium.ready();
  const { admin, cosigner, node, root } = c.member(0);
  const device = await newSigner();
  await c.submit(admin, "device.enrol", { className: "sensor", groups: [], key: device.key });
  const taken = { cosigner, device, manifest: c.manifestKey, root, transaction: node };
  for (const [purpose, { key, kid }] of Object.entries(taken)) {
    assert.deepEqual(c.record(tables.keyUse, kid), { purpose });
    c.now += 1;
    await refused(c, "identity/exists", () => c.submit(admin, "identity.enrol", { key, roles: ["node"] }));
    await refused(c, "identity/exists", () => c.submit(admin, "device.enrol", { className: "sensor", groups: [], key }));
    if (purpose === "manifest") continue;
    await refused(c, "identity/exists", () => c.submit(admin, "author.approve", { classes: ["sensor"], key, vendor: "acme" }));
  }
});

test("only points of the curve are enrolled", async () => {
  using c = await Consortium.found();
  const { admin } = c.member(0);
  const x = Buffer.alloc(32).toString("base64url");
  const enrol = (key: object) => c.submit(admin, "identity.enrol", { key: key as typeof admin.key, roles: ["node"] });
  await refused(c, "keys/point", () => enrol({ crv: "Ed25519", kty: "OKP", x }));
  await refused(c, "keys/point", () => enrol({ crv: "P-256", kty: "EC", x, y: x }));
  await refused(c, "keys/modulus", () => enrol({ e: "AQAB", kty: "RSA", n: Buffer.alloc(256, 2).toString("base64url") }));
  await refused(c, "codec/value", () => enrol({ crv: "P-384", kty: "EC", x, y: x }));
  await refused(c, "codec/unknown-member", () => enrol({ ...admin.key, d: x }));
});

test("a key that no signature fits is enrolled without harm", async () => {
  using c = await Consortium.found();
  // y = 2 has no x on the curve: the decoder leaves that to the verification, which must be false and not throw.
  const x = Buffer.from([2, ...new Uint8Array(31)]).toString("base64url");
  await c.submit(c.member(0).admin, "identity.enrol", { key: { crv: "Ed25519", kty: "OKP", x }, roles: ["admin"] });
  const [kid = ""] = Object.keys({ [await thumbprint(x)]: 1 });
  const { sign } = await newSigner();
  const forger = { algorithm: "EdDSA", key: { crv: "Ed25519", kty: "OKP", x }, kid, sign } as const;
  await refused(c, "transaction/signature", () => c.submit(forger, "identity.revoke", { identity: kid }));
});

async function thumbprint(x: string): Promise<string> {
  const text = JSON.stringify({ crv: "Ed25519", kty: "OKP", x });
  return Buffer.from(await crypto.subtle.digest("SHA-256", Buffer.from(text))).toString("base64url");
}

test("[S0-15] vendors, suppliers, integrators and end users write to one ledger and read it, each with keys of its own", async () => {
  using c = await Consortium.ready();
  const owner = await newSigner();
  const device = await newSigner();
  await c.submit(c.member(3).admin, "identity.enrol", { key: owner.key, roles: ["assetOwner"] });
  await c.submit(owner, "device.enrol", { className: "sensor", groups: [], key: device.key });
  const { release } = await c.publish();
  const rows = c.replica.database.prepare("SELECT bytes FROM transactions WHERE idx > 0").all();
  const signers = rows.map(({ bytes }) => {
    const { protected: head = "" } = JSON.parse(Buffer.from(bytes as Uint8Array).toString()) as { protected?: string };
    const { kid } = JSON.parse(Buffer.from(head, "base64url").toString()) as { kid: string };
    return { kid, organisation: c.record(tables.identity, kid)?.organisation };
  });
  const writers = new Map(signers.map(({ kid, organisation }) => [kid, organisation]));
  assert.deepEqual([...new Set(writers.values())].sort(), c.members.map(({ name }) => name));
  assert.equal(c.release(release).state, "PUBLISHED");
  const all = JSON.stringify(c.replica.database.prepare("SELECT CAST(bytes AS TEXT) AS text FROM transactions").all());
  const payloads = [...all.matchAll(/payload\\?":\\?"([\w-]+)/g)].map(([, text = ""]) => Buffer.from(text, "base64url").toString());
  assert.ok(payloads.length > 20);
  for (const payload of payloads) assert.doesNotMatch(payload, /"d":/, "no private member of a key is on the ledger");
});
