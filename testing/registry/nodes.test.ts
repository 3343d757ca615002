import assert from "node:assert/strict";
import { test } from "node:test";
import { tables } from "@firmament/core/registry";
import { Consortium, newPeer, newSigner, nodeOf } from "@firmament/testing/kit";
import { admit, declare, validatorProof } from "./members.ts";
import { propose, refused, refusedDecision, vote } from "./support.ts";

const ALL = ["alpha.example", "bravo.example", "charlie.example", "delta.example"];

const withNodes = () => Consortium.found({ nodes: true });
const validatorsOf = (c: Consortium) => {
  const { members = [], version } = c.record(tables.validators) ?? {};
  return { names: members.map(({ organisation }) => organisation), version };
};

test("the founders' nodes are the first validators; a ledger that was founded without takes no declaration", async () => {
  using c = await withNodes();
  const members = c.members.map((member) => {
    const { peer, validator } = nodeOf(member);
    return { key: validator.x, organisation: member.name, peer };
  });
  assert.deepEqual(c.record(tables.validators), { members, version: 1 });
  for (const member of c.members) {
    assert.deepEqual(c.record(tables.node, member.name), nodeOf(member));
    assert.deepEqual(c.record(tables.keyUse, member.validator.kid), { purpose: "validator" });
  }
  using without = await Consortium.found();
  assert.equal(without.record(tables.validators), undefined);
  await refused(without, "validator/none", () => declare(without, without.member(0).admin));
});

test("[S0-30] an organisation is added to a running ledger and validates once it declares its node; removal ends its power at once", async () => {
  using c = await withNodes();
  const echo = await admit(c);
  assert.deepEqual(validatorsOf(c), { names: ALL, version: 1 });
  assert.deepEqual(c.record(tables.electorate)?.organisations, [...ALL, echo.name]);
  await declare(c, echo.admin);
  assert.deepEqual(validatorsOf(c), { names: [...ALL, echo.name], version: 2 });

  const delta = c.member(3);
  const proposal = await propose(c, { organisation: delta.name, type: "organisation.remove" }, [0, 1, 2]);
  await c.submit(echo.admin, "proposal.vote", { proposal });
  assert.deepEqual(validatorsOf(c), { names: [...ALL.slice(0, 3), echo.name], version: 3 });
  const action = { organisation: echo.name, type: "vendor.create", vendor: "acme" } as const;
  const open = await propose(c, action, [0]);
  await refused(c, "organisation/inactive", () => vote(c, 3, open));
  await refused(c, "organisation/inactive", () => declare(c, delta.admin));
  await refused(c, "organisation/inactive", () =>
    c.submit(delta.admin, "organisation.authority", { certificate: "AA" }),
  );
  for (const i of [1, 2]) await vote(c, i, open);
  assert.ok(c.record(tables.vendor, "acme"), "three of the four that are left decide");
});

test("an organisation without a node votes, and its going changes no validator", async () => {
  using c = await withNodes();
  const { admin, name } = await admit(c);
  const proposal = await propose(c, { organisation: name, type: "vendor.create", vendor: "acme" }, [0, 1, 2]);
  await c.submit(admin, "proposal.vote", { proposal });
  assert.ok(c.record(tables.vendor, "acme"));
  await propose(c, { organisation: name, type: "organisation.remove" }, [0, 1, 2, 3]);
  assert.deepEqual(validatorsOf(c), { names: ALL, version: 1 });
});

test("a suspended organisation leaves the validators and comes back with its node", async () => {
  using c = await withNodes();
  await declare(c, (await admit(c)).admin);
  await propose(c, { organisation: "echo.example", type: "organisation.suspend" }, [0, 1, 2, 3]);
  assert.deepEqual(validatorsOf(c), { names: ALL, version: 3 });
  await propose(c, { organisation: "echo.example", type: "organisation.reinstate" }, [0, 1, 2]);
  assert.deepEqual(validatorsOf(c), { names: [...ALL, "echo.example"], version: 4 });
});

test("no vote leaves fewer than four validators, however many organisations there are", async () => {
  using c = await withNodes();
  const remove = { organisation: "delta.example", type: "organisation.remove" } as const;
  await refusedDecision(c, "validator/too-few", remove);
  await refusedDecision(c, "validator/too-few", { ...remove, type: "organisation.suspend" });
  const echo = await admit(c);
  const proposal = await propose(c, remove, [0, 1, 2]);
  await refused(c, "validator/too-few", () => c.submit(echo.admin, "proposal.vote", { proposal }));
  await declare(c, echo.admin);
  c.now += 1;
  await c.submit(echo.admin, "proposal.vote", { proposal });
  assert.deepEqual(validatorsOf(c), { names: [...ALL.slice(0, 3), "echo.example"], version: 3 });
});

test("enough validators are not enough: the trust root keeps its quorum as well", async () => {
  using c = await withNodes();
  const more = [await admit(c)];
  const foxtrot = await newSigner("ES256");
  const action = { admin: foxtrot.key, organisation: "foxtrot.example", type: "organisation.admit" } as const;
  await propose(c, action, [0, 1, 2, 3]);
  more.push({ admin: foxtrot, name: action.organisation });
  for (const { admin } of more) await declare(c, admin);
  const [echo] = more;
  assert.ok(echo);
  const first = await propose(c, { organisation: "delta.example", type: "organisation.remove" }, [0, 1, 2]);
  await c.submit(echo.admin, "proposal.vote", { proposal: first });
  assert.equal(validatorsOf(c).names.length, 5);
  const proposal = await propose(c, { organisation: "charlie.example", type: "organisation.remove" }, [0, 1]);
  await c.submit(echo.admin, "proposal.vote", { proposal });
  await refused(c, "proposal/quorum-unreachable", () => c.submit(foxtrot, "proposal.vote", { proposal }));
});

test("a node's key and id are replaced; only a change of members raises their version", async () => {
  using c = await withNodes();
  const { admin, name, peer, validator } = c.member(0);
  await declare(c, admin, { peer, validator });
  assert.deepEqual(validatorsOf(c), { names: ALL, version: 1 });
  const moved = newPeer();
  await declare(c, admin, { peer: moved, validator });
  assert.equal(c.record(tables.validators)?.members[0]?.peer, moved);
  const next = await newSigner();
  await declare(c, admin, { peer, validator: next });
  assert.deepEqual(validatorsOf(c), { names: ALL, version: 3 });
  assert.deepEqual(c.record(tables.node, name)?.validator, next.key);
  await refused(c, "identity/exists", () => declare(c, admin, { peer, validator }));
});

test("a consensus key has one holder and one purpose, for ever", async () => {
  using c = await withNodes();
  const [alpha, bravo] = [c.member(0), c.member(1)];
  const old = alpha.validator;
  await declare(c, alpha.admin);
  for (const validator of [old, c.member(2).validator, bravo.cosigner, bravo.root])
    await refused(c, "identity/exists", () => declare(c, bravo.admin, { validator }));
  const stolen = { ...nodeOf(alpha), proof: await validatorProof(c, old, alpha.name) };
  await refused(c, "identity/possession", () => c.submit(bravo.admin, "node.declare", stolen));
  const signer = await newSigner();
  const wrong = { ...nodeOf({ ...alpha, validator: signer }), proof: "A".repeat(86) };
  await refused(c, "identity/possession", () => c.submit(alpha.admin, "node.declare", wrong));
  await refused(c, "identity/exists", () =>
    c.submit(alpha.admin, "identity.enrol", { key: old.key, roles: ["admin"] }),
  );
});

test("a peer id is one organisation's, and stays so while that is suspended or after it moved", async () => {
  using c = await withNodes();
  const [alpha, bravo] = [c.member(0), c.member(1)];
  await refused(c, "validator/peer", () => declare(c, alpha.admin, { peer: bravo.peer }));
  await declare(c, bravo.admin);
  await refused(c, "validator/peer", () => declare(c, alpha.admin, { peer: bravo.peer }));
  const peer = newPeer();
  await declare(c, (await admit(c)).admin, { peer });
  await propose(c, { organisation: "echo.example", type: "organisation.suspend" }, [0, 1, 2, 3]);
  await refused(c, "validator/peer", () => declare(c, alpha.admin, { peer }));
  await declare(c, bravo.admin, { peer: bravo.peer });
});

test("a node is declared by an administrator, with an Ed25519 key that can sign and an id of 20 bytes", async () => {
  using c = await Consortium.ready({ nodes: true });
  const { admin, node } = c.member(0);
  const honest = { peer: newPeer(), proof: "A".repeat(86), validator: nodeOf(c.member(0)).validator };
  const attempt = (change: object, signer = admin) => c.submit(signer, "node.declare", { ...honest, ...change });
  await refused(c, "identity/role", () => attempt({}, node));
  await refused(c, "validator/key", () => attempt({ validator: admin.key }));
  const identity = { crv: "Ed25519", kty: "OKP", x: `AQ${"A".repeat(41)}` };
  await refused(c, "keys/point", () => attempt({ validator: identity }));
  await refused(c, "codec/value", () => attempt({ peer: honest.peer.slice(2) }));
  await refused(c, "codec/value", () => attempt({ peer: honest.peer.replace(/^../, "AB") }));
});

test("in one block, what comes after a removal is refused, and what came before it does not outlast it", async () => {
  using c = await withNodes();
  const echo = await admit(c);
  await declare(c, echo.admin);
  const delta = c.member(3);
  const proposal = await propose(c, { organisation: delta.name, type: "organisation.remove" }, [0, 1, 2]);
  const rotate = async () => {
    const body = nodeOf({ ...delta, validator: await newSigner() });
    return c.transaction(delta.admin, "node.declare", body);
  };
  const [before, after] = [await rotate(), await rotate()];
  const removal = await c.transaction(echo.admin, "proposal.vote", { proposal });
  const fold = c.replica.begin(c.now);
  fold.execute(before);
  fold.execute(removal);
  assert.throws(() => fold.execute(after), { name: "Refusal", code: "organisation/inactive" });
  c.replica.commit();
  assert.deepEqual(validatorsOf(c), { names: [...ALL.slice(0, 3), echo.name], version: 4 });
});

test("an administrator names its own organisation's certificate authority, of 1 to 2048 bytes", async () => {
  using c = await Consortium.ready();
  const { admin, name, node } = c.member(0);
  const ofBytes = (bytes: number) => ({ certificate: Buffer.alloc(bytes, 7).toString("base64url") });
  await c.submit(admin, "organisation.authority", ofBytes(2048));
  assert.deepEqual(c.record(tables.authority, name), ofBytes(2048));
  c.now += 1;
  await c.submit(admin, "organisation.authority", ofBytes(1));
  assert.deepEqual(c.record(tables.authority, name), ofBytes(1));
  for (const i of [1, 2, 3]) assert.equal(c.record(tables.authority, c.member(i).name), undefined);
  await refused(c, "identity/role", () => c.submit(node, "organisation.authority", ofBytes(5)));
  for (const bytes of [0, 2049])
    await refused(c, "codec/value", () => c.submit(admin, "organisation.authority", ofBytes(bytes)));
});
