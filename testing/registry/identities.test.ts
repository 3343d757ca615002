import assert from "node:assert/strict";
import { test } from "node:test";
import { signPossession } from "@firmament/agents/signing";
import { tables } from "@firmament/core/registry";
import { Consortium, newSigner } from "@firmament/testing/kit";
import { propose, refused, refusedDecision, resultOf } from "./support.ts";

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
  await refused(c, "identity/organisation", () =>
    c.submit(c.member(0).admin, "identity.revoke", { identity: approver.kid }),
  );
  await refused(c, "identity/unknown", () => c.submit(admin, "identity.revoke", { identity: c.manifestKey.kid }));
  await c.submit(admin, "identity.revoke", { identity: approver.kid });
  assert.equal(c.record(tables.identity, approver.kid)?.status, "revoked");
  c.now += 1;
  await refused(c, "identity/revoked", () => c.submit(admin, "identity.revoke", { identity: approver.kid }));
  await refused(c, "identity/exists", () =>
    c.submit(admin, "identity.enrol", { key: approver.key, roles: ["approver"] }),
  );
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
    await refused(c, "identity/exists", () =>
      c.submit(admin, "device.enrol", { className: "sensor", groups: [], key }),
    );
    if (purpose === "manifest") continue;
    await refused(c, "identity/exists", () =>
      c.submit(admin, "author.approve", { classes: ["sensor"], key, vendor: "acme" }),
    );
  }
});

test("only points of the curve are enrolled", async () => {
  using c = await Consortium.found();
  const { admin } = c.member(0);
  const x = Buffer.alloc(32).toString("base64url");
  const enrol = (key: object) => c.submit(admin, "identity.enrol", { key: key as typeof admin.key, roles: ["node"] });
  await refused(c, "keys/point", () => enrol({ crv: "Ed25519", kty: "OKP", x }));
  await refused(c, "keys/point", () => enrol({ crv: "P-256", kty: "EC", x, y: x }));
  await refused(c, "keys/modulus", () =>
    enrol({ e: "AQAB", kty: "RSA", n: Buffer.alloc(256, 2).toString("base64url") }),
  );
  await refused(c, "codec/value", () => enrol({ crv: "P-384", kty: "EC", x, y: x }));
  await refused(c, "codec/unknown-member", () => enrol({ ...admin.key, d: x }));
});

test("a key comes with its holder's proof, for this organisation, purpose and ledger", async () => {
  using c = await Consortium.ready();
  const holder = await newSigner("ES256");
  const { admin, name } = c.member(1);
  const honest = { ledger: c.ledger, organisation: name, purpose: "transaction" } as const;
  const enrol = (proof: string) => c.submit(admin, "identity.enrol", { key: holder.key, proof, roles: ["node"] });
  const elsewhere = c.ledger.replace("registry", "operations");
  const wrong = [
    { organisation: c.member(2).name },
    { purpose: "manifest" },
    { purpose: "device" },
    { ledger: elsewhere },
  ] as const;
  for (const change of wrong) {
    const proof = await signPossession(holder, { ...honest, ...change });
    await refused(c, "identity/possession", () => enrol(proof));
  }
  const other = await signPossession(await newSigner("ES256"), honest);
  await refused(c, "identity/possession", () => enrol(other));
  await enrol(await signPossession(holder, honest));
});

test("every way to enrol a key asks for the proof", async () => {
  using c = await Consortium.ready();
  const { key } = await newSigner();
  const { admin } = c.member(0);
  const proof = await signPossession(await newSigner(), {
    ledger: c.ledger,
    organisation: c.member(0).name,
    purpose: "device",
  });
  await refused(c, "identity/possession", () =>
    c.submit(admin, "device.enrol", { className: "sensor", groups: [], key, proof }),
  );
  await refused(c, "identity/possession", () =>
    c.submit(admin, "author.approve", { classes: ["sensor"], key, proof, vendor: "acme" }),
  );
  const succession = { className: "sensor", from: c.manifestKey.kid, key, proof, signature: proof };
  await refused(c, "identity/possession", () => c.submit(admin, "author.succeed", succession));
  await refusedDecision(c, "identity/possession", {
    admin: { key, proof },
    organisation: "echo.example",
    type: "organisation.admit",
  });
  await propose(c, { organisation: "delta.example", type: "organisation.suspend" }, [0, 1, 2]);
  const back = { admin: { key, proof }, organisation: "delta.example", type: "organisation.reinstate" } as const;
  await refusedDecision(c, "identity/possession", back);
});

test("a key that is no point of the curve proves nothing and harms nobody", async () => {
  using c = await Consortium.found();
  // y = 2 has no x on the curve: the decoder leaves that to the verification, which must be false and not throw.
  const x = Buffer.from([2, ...new Uint8Array(31)]).toString("base64url");
  const key = { crv: "Ed25519", kty: "OKP", x } as const;
  await refused(c, "identity/possession", () =>
    c.submit(c.member(0).admin, "identity.enrol", { key, roles: ["admin"] }),
  );
});

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
  assert.deepEqual(
    [...new Set(writers.values())].sort(),
    c.members.map(({ name }) => name),
  );
  assert.equal(c.release(release).state, "PUBLISHED");
  const all = JSON.stringify(c.replica.database.prepare("SELECT CAST(bytes AS TEXT) AS text FROM transactions").all());
  const payloads = [...all.matchAll(/payload\\?":\\?"([\w-]+)/g)].map(([, text = ""]) =>
    Buffer.from(text, "base64url").toString(),
  );
  assert.ok(payloads.length > 20);
  for (const payload of payloads) assert.doesNotMatch(payload, /"d":/, "no private member of a key is on the ledger");
});
