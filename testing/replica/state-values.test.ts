import assert from "node:assert/strict";
import { test } from "node:test";
import { tables } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { blocksFrom, currentRecord, Replica } from "@firmament/replica";
import { Consortium, newSigner } from "@firmament/testing/kit";

async function enrolment(c: Consortium) {
  const { key, kid } = await newSigner();
  return { bytes: await c.transaction(c.member(0).admin, "identity.enrol", { key, roles: ["node"] }), kid };
}

test("a block's records are the ledger's once it is committed, and nobody's once it is dropped", async () => {
  using c = await Consortium.found();
  const { bytes, kid } = await enrolment(c);
  for (const end of ["rollback", "commit"] as const) {
    const fold = c.replica.begin(c.now);
    fold.execute(bytes);
    assert.equal(fold.record(tables.identity, kid)?.status, "active");
    assert.equal(c.replica.record(tables.identity, kid), undefined);
    c.replica[end]();
    const after = end === "commit" ? "active" : undefined;
    assert.equal(c.replica.record(tables.identity, kid)?.status, after);
    assert.equal(currentRecord(c.replica.database, tables.identity, kid)?.status, after);
  }
});

test("a second transaction of a block sees what the first wrote", async () => {
  using c = await Consortium.found();
  const { bytes, kid } = await enrolment(c);
  const revocation = await c.transaction(c.member(0).admin, "identity.revoke", { identity: kid });
  const fold = c.replica.begin(c.now);
  fold.execute(bytes);
  fold.execute(revocation);
  assert.equal(fold.record(tables.identity, kid)?.status, "revoked");
  c.replica.commit();
  assert.equal(c.replica.record(tables.identity, kid)?.status, "revoked");
});

test("a record that is held cannot be changed", async () => {
  using c = await Consortium.found();
  const found = c.replica.record(tables.electorate);
  assert.throws(() => (found?.organisations as string[]).push("mallory.example"), TypeError);
  assert.equal(c.replica.record(tables.electorate), found);
});

test("more keys than memory holds are read again from the database", async () => {
  using c = await Consortium.ready();
  using other = Replica.open(":memory:", nodeCrypto, c.genesisFile);
  for (const block of blocksFrom(c.replica.database, 1, 1000)) {
    other.apply(block);
    for (let i = 0; i < 20_000; i++) other.record(tables.identity, `${block.height}-${i}`);
  }
  assert.deepEqual(other.status, c.replica.status);
  assert.deepEqual(other.record(tables.electorate), c.replica.record(tables.electorate));
});

test("a block without an entry takes no mark with it, and its mark is kept apart", async () => {
  using c = await Consortium.found();
  c.replica.begin(c.now);
  assert.throws(() => {
    c.replica.commit(Uint8Array.of(1));
  }, /carries no mark/);
  c.replica.keepMark(Uint8Array.of(2));
  assert.deepEqual(c.replica.mark, Uint8Array.of(2));
  assert.equal(c.replica.status.height, 0);
});
