import assert from "node:assert/strict";
import { test } from "node:test";
import { toBase64url } from "@firmament/core/bytes";
import { canonicalBytes } from "@firmament/core/codec";
import { type Action, tables } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { Consortium, type LooseAction, newSigner, openPolicy } from "@firmament/testing/kit";
import { propose, refused, resultOf, vote } from "./support.ts";

const vendor = (name: string, organisation = "alpha.example"): Action => ({
  organisation,
  type: "vendor.create",
  vendor: name,
});

test("three of four decide, and the deciding vote carries the action out", async () => {
  using c = await Consortium.found();
  const proposal = await propose(c, vendor("acme"));
  assert.equal(c.record(tables.vendor, "acme"), undefined);
  assert.equal(c.record(tables.proposal, proposal)?.status, "open");
  const receipt = await vote(c, 3, proposal);
  assert.deepEqual(resultOf(receipt), { decided: true, needed: 3, proposal, votes: 3 });
  assert.deepEqual(c.record(tables.vendor, "acme"), { organisation: "alpha.example" });
  assert.deepEqual(
    c.record(tables.proposal, proposal)?.votes,
    [0, 1, 3].map((i) => ({ kid: c.member(i).admin.kid, organisation: c.member(i).name })),
  );
});

test("a proposal is its digest over action, electorate and policy version, and is made once", async () => {
  using c = await Consortium.found();
  const action = vendor("acme");
  const proposal = await propose(c, action, [0]);
  assert.equal(proposal, toBase64url(nodeCrypto.sha256(canonicalBytes({ action, electorate: 1, policy: 1 }))));
  await refused(c, "proposal/exists", () => c.submit(c.member(1).admin, "proposal.create", { action }));
});

test("a vote names a proposal, once per organisation, and not after the decision", async () => {
  using c = await Consortium.found();
  await refused(c, "proposal/unknown", () => vote(c, 0, c.member(0).admin.kid));
  const proposal = await propose(c, vendor("acme"));
  const second = await newSigner("ES256");
  await c.submit(c.member(0).admin, "identity.enrol", { key: second.key, roles: ["admin"] });
  await refused(c, "proposal/voted", () => vote(c, 0, proposal));
  await refused(c, "proposal/voted", () => c.submit(second, "proposal.vote", { proposal }));
  await vote(c, 2, proposal);
  await refused(c, "proposal/closed", () => vote(c, 3, proposal));
});

test("a vote binds to the policy version: after another decision the proposal is stale", async () => {
  using c = await Consortium.found();
  const proposal = await propose(c, vendor("acme"));
  await propose(c, { policy: { ...openPolicy, hold: 3600, version: 2 }, type: "consortium.policy" }, [0, 1, 2]);
  await refused(c, "proposal/stale", () => vote(c, 2, proposal));
  const again = await propose(c, vendor("acme"), [0, 1, 2]);
  assert.notEqual(again, proposal);
  assert.ok(c.record(tables.vendor, "acme"));
});

test("a vote binds to the electorate: who comes or goes makes open proposals stale", async () => {
  using c = await Consortium.found();
  const proposal = await propose(c, vendor("acme"));
  const { key: admin } = await newSigner("ES256");
  await propose(c, { admin, organisation: "echo.example", type: "organisation.admit" }, [0, 1, 2]);
  await refused(c, "proposal/stale", () => vote(c, 2, proposal));
});

test("votes are recounted with the identities that are active at the deciding transaction", async () => {
  using c = await Consortium.found();
  const bravo = c.member(1);
  const successor = await newSigner("ES256");
  await c.submit(bravo.admin, "identity.enrol", { key: successor.key, roles: ["admin"] });
  const proposal = await propose(c, vendor("acme"), [1, 0]);
  await c.submit(successor, "identity.revoke", { identity: bravo.admin.kid });
  const third = await vote(c, 2, proposal);
  assert.deepEqual(resultOf(third), { decided: false, needed: 3, proposal, votes: 2 });
  assert.equal(c.record(tables.vendor, "acme"), undefined);
  const own = await c.submit(successor, "proposal.vote", { proposal });
  assert.deepEqual(resultOf(own), { decided: true, needed: 3, proposal, votes: 3 });
  assert.ok(c.record(tables.vendor, "acme"));
});

test("the subject has no vote on itself", async () => {
  using c = await Consortium.found();
  for (const type of ["organisation.suspend", "organisation.remove"] as const) {
    const action: Action = { organisation: c.member(3).name, type };
    await refused(c, "proposal/subject", () => c.submit(c.member(3).admin, "proposal.create", { action }));
    const proposal = await propose(c, action);
    await refused(c, "proposal/subject", () => vote(c, 3, proposal));
    const receipt = resultOf<{ needed: number }>(
      await c.submit(c.member(0).admin, "proposal.create", { action: vendor(type.slice(13)) }),
    );
    assert.equal(receipt.needed, 3, "the subject still counts for the quorum");
  }
});

test("a refusal of the action refuses the deciding vote, and the proposal stays open", async () => {
  using c = await Consortium.found();
  const proposal = await propose(c, vendor("acme", "nobody.example"));
  await refused(c, "organisation/unknown", () => vote(c, 2, proposal));
  assert.equal(c.record(tables.proposal, proposal)?.votes.length, 2);
});

test("one organisation alone changes nothing that others have to accept", async () => {
  using c = await Consortium.ready();
  const { admin, approver } = c.member(3);
  const key = (await newSigner()).key;
  const policy = { ...openPolicy, floor: { ...openPolicy.floor, approvals: 1, receipts: 0 }, version: 2 };
  const before = [c.record(tables.consortium), c.record(tables.electorate), c.record(tables.ledger)?.trust];
  for (const action of [
    { policy, type: "consortium.policy" },
    { admin: key, organisation: "rogue.example", type: "organisation.admit" },
    { organisation: c.member(0).name, type: "organisation.remove" },
  ] satisfies LooseAction[]) {
    const receipt = await c.submit(admin, "proposal.create", { action });
    assert.equal(resultOf<{ decided: boolean }>(receipt).decided, false);
  }
  await refused(c, "identity/organisation", () =>
    c.submit(admin, "author.approve", { classes: ["sensor"], key, vendor: "acme" }),
  );
  await refused(c, "trust/old-quorum", () => c.nextTrust(() => ({ freshness: 60 }), [3]));
  const prepared = await c.prepare();
  const release = await c.register(prepared);
  await c.store(release, prepared.image, [3]);
  await c.submit(approver, "release.approve", { release });
  assert.equal(c.release(release).state, "REGISTERED");
  assert.deepEqual([c.record(tables.consortium), c.record(tables.electorate), c.record(tables.ledger)?.trust], before);
});
