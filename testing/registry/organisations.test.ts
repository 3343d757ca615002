import assert from "node:assert/strict";
import { test } from "node:test";
import { type Action, tables } from "@firmament/core/registry";
import { Consortium, newSigner, openPolicy } from "@firmament/testing/kit";
import { propose, refused, refusedDecision, vote } from "./support.ts";

const about = (
  type: "organisation.reinstate" | "organisation.remove" | "organisation.suspend",
  organisation: string,
): Action => ({
  organisation,
  type,
});
const ALL = ["alpha.example", "bravo.example", "charlie.example", "delta.example"];

test("an admitted organisation acts, votes and raises the quorum", async () => {
  using c = await Consortium.found();
  const admin = await newSigner("ES256");
  await propose(c, { admin: admin.key, organisation: "echo.example", type: "organisation.admit" }, [0, 1, 2]);
  assert.deepEqual(c.record(tables.electorate), { organisations: [...ALL, "echo.example"], version: 2 });
  assert.deepEqual(c.record(tables.organisation, "echo.example"), { status: "active" });
  assert.deepEqual(c.record(tables.identity, admin.kid)?.roles, ["admin"]);
  const proposal = await propose(c, { organisation: "echo.example", type: "vendor.create", vendor: "echo" }, [0, 1, 2]);
  assert.equal(c.record(tables.vendor, "echo"), undefined, "three of five and one faulty do not decide");
  await c.submit(admin, "proposal.vote", { proposal });
  assert.ok(c.record(tables.vendor, "echo"));
});

test("an organisation is admitted once, with a key of its own", async () => {
  using c = await Consortium.found();
  const { key: admin } = await newSigner("ES256");
  await refusedDecision(c, "organisation/exists", { admin, organisation: "bravo.example", type: "organisation.admit" });
  const taken = c.member(0).root.key;
  await refusedDecision(c, "identity/exists", {
    admin: taken,
    organisation: "echo.example",
    type: "organisation.admit",
  });
});

test("a suspended organisation does nothing until it is reinstated", async () => {
  using c = await Consortium.ready();
  const delta = c.member(3);
  await propose(c, about("organisation.suspend", delta.name), [0, 1, 2]);
  assert.deepEqual(c.record(tables.organisation, delta.name), { status: "suspended" });
  assert.deepEqual(c.record(tables.electorate), { organisations: ALL.slice(0, 3), version: 2 });
  const body = { key: (await newSigner()).key, roles: ["node"] } as const;
  await refused(c, "organisation/inactive", () => c.submit(delta.admin, "identity.enrol", body));
  await refused(c, "organisation/inactive", () => c.submit(delta.node, "tick", { time: c.now }));
  await refusedDecision(c, "organisation/inactive", about("organisation.suspend", delta.name));
  await propose(c, about("organisation.reinstate", delta.name), [0, 1, 2]);
  assert.deepEqual(c.record(tables.electorate), { organisations: ALL, version: 3 });
  assert.ok(await c.submit(delta.admin, "identity.enrol", body));
});

test("a reinstated organisation may come back with a new administrator", async () => {
  using c = await Consortium.ready();
  const admin = await newSigner("ES256");
  const { name } = c.member(3);
  await propose(c, about("organisation.suspend", name), [0, 1, 2]);
  await propose(c, { admin: admin.key, organisation: name, type: "organisation.reinstate" }, [0, 1, 2]);
  assert.equal(c.record(tables.identity, admin.kid)?.organisation, name);
  assert.ok(await c.submit(admin, "identity.revoke", { identity: c.member(3).admin.kid }));
});

test("removal ends an organisation's power for good, and its approvals and receipts no longer count", async () => {
  using c = await Consortium.ready();
  const { name, admin } = c.member(3);
  const prepared = await c.prepare();
  const release = await c.register(prepared);
  await c.store(release, prepared.image, [1, 3]);
  await c.approve(release, [3]);
  assert.equal(c.release(release).state, "STORED");
  await propose(c, about("organisation.remove", name), [0, 1, 2]);
  await c.approve(release, [2]);
  assert.equal(c.release(release).state, "REGISTERED", "recounted: one receipt, one approval");
  await c.store(release, prepared.image, [2]);
  assert.equal(c.release(release).state, "STORED");
  await c.approve(release, [1]);
  assert.equal(c.release(release).state, "PUBLISHED");
  await refused(c, "organisation/inactive", () =>
    c.submit(admin, "identity.revoke", { identity: c.member(3).node.kid }),
  );
  await refusedDecision(c, "organisation/inactive", about("organisation.reinstate", name));
  await refusedDecision(c, "organisation/inactive", about("organisation.remove", name));
  await refusedDecision(c, "organisation/exists", {
    admin: (await newSigner()).key,
    organisation: name,
    type: "organisation.admit",
  });
});

test("only known organisations are suspended, removed or reinstated", async () => {
  using c = await Consortium.found();
  for (const type of ["organisation.reinstate", "organisation.remove", "organisation.suspend"] as const) {
    await refusedDecision(c, "organisation/unknown", about(type, "nobody.example"));
  }
  await refusedDecision(c, "organisation/inactive", about("organisation.reinstate", "delta.example"));
});

test("no decision leaves too few organisations to renew the trust root", async () => {
  using c = await Consortium.found();
  await propose(c, about("organisation.remove", "delta.example"), [0, 1, 2]);
  const proposal = await propose(c, about("organisation.remove", "charlie.example"), [0, 1]);
  assert.equal(
    c.record(tables.proposal, proposal)?.status,
    "open",
    "the subject has no vote: two of three do not decide",
  );
  await refused(c, "proposal/subject", () => vote(c, 2, proposal));
});

test("a removal that the votes carry is refused where the trust root could no longer be renewed", async () => {
  const names = [...ALL, "echo.example"];
  using c = await Consortium.found({ faults: 0, names });
  // Five organisations, threshold 3. Three votes decide; two may go, the third may not.
  await propose(c, about("organisation.remove", "echo.example"), [0, 1, 2]);
  await propose(c, about("organisation.remove", "delta.example"), [0, 1, 2]);
  const proposal = await propose(c, about("organisation.suspend", "charlie.example"), [0]);
  await refused(c, "proposal/quorum-unreachable", () => vote(c, 1, proposal));
  assert.deepEqual(c.record(tables.electorate)?.organisations, ALL.slice(0, 3));
});

test("an admission that nobody could outvote, or a fault bound that nobody could reach, is refused", async () => {
  using c = await Consortium.found();
  const policy = { ...openPolicy, faults: 4, version: 2 };
  await refusedDecision(c, "proposal/quorum-unreachable", { policy, type: "consortium.policy" });
  assert.equal(c.record(tables.consortium)?.faults, 1);
});
