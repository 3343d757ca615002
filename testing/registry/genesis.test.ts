import assert from "node:assert/strict";
import { test } from "node:test";
import { signTrust } from "@firmament/agents/signing";
import { fromBase64url, fromUtf8, toHex, utf8 } from "@firmament/core/bytes";
import { canonicalBytes, decodeCanonical } from "@firmament/core/codec";
import { decodeEntry } from "@firmament/core/log";
import { decodeGenesis, encodeGenesis, firstTrust, type GenesisBody, ledgerOf, tables } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { Replica, StateView } from "@firmament/replica";
import {
  Consortium,
  foundingGenesis,
  nodeOf,
  newOrganisation,
  openPolicy,
  START,
  type TestOrganisation,
} from "@firmament/testing/kit";
import type { Code } from "./support.ts";

const members = await Promise.all(
  ["alpha.example", "bravo.example", "charlie.example", "delta.example"].map(newOrganisation),
);
const honest = decodeGenesis(nodeCrypto, await foundingGenesis(members)).body;

/** A genesis file with some members of its body changed, signed by these founders. */
async function foundWith(changes: object, by: readonly TestOrganisation[] = members): Promise<Uint8Array> {
  const body = { ...honest, ...changes } as GenesisBody;
  const bytes = canonicalBytes(body);
  const document = firstTrust(body, ledgerOf(nodeCrypto, bytes, body));
  const signatures = await Promise.all(by.map(({ root }) => signTrust(nodeCrypto, root, document)));
  return encodeGenesis(bytes, { document, signatures: signatures.sort((a, b) => (a.kid < b.kid ? -1 : 1)) });
}

async function refusesFounding(code: Code, changes: object, by = members): Promise<void> {
  const file = await foundWith(changes, by);
  assert.throws(() => Replica.open(":memory:", nodeCrypto, file), { name: "Refusal", code });
}

test("a ledger's id is domain, name and the first 8 bytes of the genesis digest", async () => {
  const file = await foundingGenesis(members);
  const { digest, ledger } = decodeGenesis(nodeCrypto, file);
  const { genesis } = decodeCanonical(file, { maxBytes: 524_288, maxDepth: 4 }) as { genesis: string };
  const expected = nodeCrypto.sha256(Buffer.concat([utf8("firmament-genesis/v1\n"), fromBase64url(genesis)]));
  assert.equal(ledger, `test.example/registry/${toHex(expected.subarray(0, 8))}`);
  assert.equal(digest, Buffer.from(expected).toString("base64url"));
});

test("entry 0 is the genesis, and holds founders, policy and trust/1", async () => {
  using c = await Consortium.found();
  const row = c.replica.database.prepare("SELECT bytes FROM entries WHERE idx = 0").get();
  const entry = decodeEntry(row?.["bytes"] as Uint8Array);
  assert.deepEqual(
    [entry.ledger, entry.transaction, entry.time, entry.rules, entry.trust],
    [c.ledger, c.replica.genesis.digest, START, 1, 1],
  );
  assert.deepEqual(c.record(tables.ledger), { rules: 1, time: START, trust: 1 });
  assert.deepEqual(c.record(tables.consortium), openPolicy);
  assert.deepEqual(c.record(tables.electorate), { organisations: members.map(({ name }) => name), version: 1 });
  for (const { admin, name, root, cosigner } of c.members) {
    assert.deepEqual(c.record(tables.organisation, name), { status: "active" });
    assert.deepEqual(c.record(tables.identity, admin.kid), {
      key: admin.key,
      organisation: name,
      roles: ["admin"],
      status: "active",
    });
    assert.deepEqual(c.record(tables.keyUse, root.kid), { purpose: "root" });
    assert.deepEqual(c.record(tables.keyUse, cosigner.kid), { purpose: "cosigner" });
  }
  const { document } = c.record(tables.trust, "1") ?? assert.fail("there is a trust root");
  assert.equal(document, fromUtf8(c.replica.genesis.trust.document));
});

test("the same genesis gives every replica the same first root, another one another ledger", async () => {
  const file = await foundingGenesis(members);
  using one = Replica.open(":memory:", nodeCrypto, file);
  using two = Replica.open(":memory:", nodeCrypto, file);
  assert.deepEqual(one.status, two.status);
  using other = Replica.open(":memory:", nodeCrypto, await foundWith({ time: START + 1 }));
  assert.notEqual(other.status.ledger, one.status.ledger);
});

test("the founders are the trust root's organisations, and agree on the faults", async () => {
  await refusesFounding("genesis/form", { organisations: honest.organisations.slice(0, 3) });
  await refusesFounding("genesis/form", { policy: { ...openPolicy, faults: 0 } });
  const [first, ...rest] = honest.organisations;
  await refusesFounding("genesis/form", { organisations: [{ ...first, name: "aaa.example" }, ...rest] });
});

test("no key stands twice in a genesis", async () => {
  const [first, second, ...rest] = honest.organisations;
  await refusesFounding("genesis/form", { organisations: [first, { ...second, admin: first?.admin }, ...rest] });
  await refusesFounding("genesis/form", {
    organisations: [{ ...first, admin: members[1]?.root.key }, second, ...rest],
  });
});

test("a threshold of founders signs trust/1 of this very genesis", async () => {
  assert.ok(decodeGenesis(nodeCrypto, await foundWith({}, members.slice(0, 3))));
  await refusesFounding("trust/new-quorum", {}, members.slice(0, 2));
  const signatures = (await decoded(await foundWith({}))).signatures;
  const other = await decoded(await foundWith({ time: START + 1 }));
  const swapped = canonicalBytes({ ...other, signatures });
  assert.throws(() => decodeGenesis(nodeCrypto, swapped), { name: "Refusal", code: "trust/signature" });
});

const decoded = async (file: Uint8Array) =>
  decodeCanonical(file, { maxBytes: 524_288, maxDepth: 4 }) as {
    readonly genesis: string;
    readonly signatures: readonly object[];
  };

test("a genesis has its form and its limits", async () => {
  await refusesFounding("codec/value", { rules: 2 });
  await refusesFounding("codec/value", { domain: "Test" });
  await refusesFounding("codec/unknown-member", { note: "x" });
  await refusesFounding("trust/threshold", { trust: { ...honest.trust, threshold: 2 } });
  assert.throws(() => decodeGenesis(nodeCrypto, new Uint8Array(524_289)), { name: "Refusal", code: "codec/too-large" });
  assert.throws(() => decodeGenesis(nodeCrypto, utf8("{}")), { name: "Refusal", code: "codec/missing-member" });
});

const authority = Buffer.from("a certificate").toString("base64url");
const withNodes = honest.organisations.map((founder, i) => {
  const member = members[i] ?? assert.fail("there is a member for each founder");
  return { ...founder, node: nodeOf(member) };
});

test("a genesis with nodes writes the organisations' nodes, authorities and the first validators", async () => {
  const organisations = withNodes.map((founder, i) => (i === 0 ? { ...founder, authority } : founder));
  using replica = Replica.open(":memory:", nodeCrypto, await foundWith({ organisations }));
  const view = new StateView(replica.database, nodeCrypto, 1);
  const validators = organisations.map(({ name, node }) => {
    return { key: node.validator.x, organisation: name, peer: node.peer };
  });
  assert.deepEqual(view.get(tables.validators), { members: validators, version: 1 });
  for (const { name, node } of organisations) {
    assert.deepEqual(view.get(tables.node, name), node);
    assert.deepEqual(view.get(tables.peer, node.peer), { organisation: name });
  }
  assert.deepEqual(view.get(tables.authority, members[0]?.name ?? ""), { certificate: authority });
  assert.equal(view.get(tables.authority, members[1]?.name ?? ""), undefined);
});

test("all founders have a node or none has, at least four, and no key and no peer stands twice", async () => {
  const [first, second, ...rest] = withNodes;
  assert.ok(first !== undefined && second !== undefined);
  const third = members[2] ?? assert.fail("there are four");
  await refusesFounding("genesis/form", { organisations: [honest.organisations[0], second, ...rest] });
  for (const change of [
    { peer: first.node.peer },
    { validator: first.node.validator },
    { validator: third.cosigner.key },
    { validator: third.root.key },
  ]) {
    const organisations = [first, { ...second, node: { ...second.node, ...change } }, ...rest];
    await refusesFounding("genesis/form", { organisations });
  }
  await refusesFounding("codec/value", {
    organisations: [{ ...first, authority: "A".repeat(2732) }, second, ...rest],
  });
  const three = honest.trust.organisations.slice(0, 3);
  const trust = { ...honest.trust, organisations: three, rootThreshold: 3, threshold: 3 };
  await refusesFounding("genesis/form", { organisations: withNodes.slice(0, 3), trust }, members.slice(0, 3));
  const alone = honest.organisations.slice(0, 3);
  assert.ok(decodeGenesis(nodeCrypto, await foundWith({ organisations: alone, trust }, members.slice(0, 3))));
});
