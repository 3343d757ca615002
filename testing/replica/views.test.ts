import assert from "node:assert/strict";
import { test } from "node:test";
import { fromUtf8 } from "@firmament/core/bytes";
import { tables } from "@firmament/core/registry";
import { assertMultiproof } from "@firmament/core/state";
import { nodeCrypto } from "@firmament/crypto";
import { blockTime, BundleBuilder, currentRecord, listRecords, StateView, trustChain } from "@firmament/replica";
import { Consortium, newSigner } from "@firmament/testing/kit";

async function grow(c: Consortium, blocks: number): Promise<void> {
  for (let i = 0; i < blocks; i++) {
    c.now += 1;
    await c.submit(c.member(0).admin, "author.approve", {
      classes: ["sensor"],
      key: (await newSigner()).key,
      vendor: "acme",
    });
  }
}

test("a view shows the state as it was at the end of one block", async () => {
  using c = await Consortium.ready();
  const before = c.size;
  const { release } = await c.publish();
  assert.equal(c.view(before).get(tables.release, release), undefined);
  assert.deepEqual(c.view(before).get(tables.head, "sensor")?.live, []);
  assert.equal(c.view().get(tables.release, release)?.state, "PUBLISHED");
  const sizes = Array.from(
    { length: c.size - before },
    (_, i) => c.view(before + i + 1).get(tables.release, release)?.state,
  );
  assert.deepEqual([...new Set(sizes)], [undefined, "REGISTERED", "STORED", "PUBLISHED"]);
});

test("presence and absence are proved against the root of the block's last entry", async () => {
  using c = await Consortium.ready();
  const { release } = await c.publish();
  const view = c.view();
  const keys = [
    ["head", "sensor"],
    ["policy", "sensor"],
    ["release", release],
    ["vendor", "nobody"],
  ] as const;
  const row = c.replica.database.prepare("SELECT hash FROM roots WHERE size = ?").get(c.size);
  const targets = keys.map((key) => ({ key, value: view.bytes({ name: key[0] }, key[1]) }));
  assert.equal(targets[3]?.value, undefined);
  const root = row?.["hash"] as Uint8Array;
  assertMultiproof(nodeCrypto, { proof: view.prove(keys), root, targets });
  const lie = targets.map((each, i) => (i === 3 ? { ...each, value: new Uint8Array([1]) } : each));
  assert.throws(() => assertMultiproof(nodeCrypto, { proof: view.prove(keys), root, targets: lie }), {
    code: /^state\/proof-(form|root)$/,
  });
});

test("there is no view where no block ends", async () => {
  using c = await Consortium.ready();
  for (const size of [0, c.size + 1, -1]) {
    assert.throws(() => c.view(size), { code: "replica/range" });
    assert.throws(() => blockTime(c.replica.database, size), { code: "replica/range" });
  }
  assert.equal(blockTime(c.replica.database, c.size), c.now);
});

test("versions are kept for 256 blocks and then forgotten, but not the newest that a quorum cosigned", async () => {
  using c = await Consortium.ready();
  const [first, height] = [c.size, c.replica.status.height];
  await grow(c, 258);
  assert.throws(() => c.view(first), { code: "replica/range" });
  const oldest = c.replica.database.prepare("SELECT size FROM blocks WHERE height = ?").get(height + 2);
  assert.equal(c.view(Number(oldest?.["size"])).get(tables.class, "sensor")?.vendor, "acme");
  await c.cosign([0, 1, 2]);
  const cosigned = c.size;
  await grow(c, 260);
  assert.equal(c.view(cosigned).get(tables.class, "sensor")?.vendor, "acme");
  const builder = new BundleBuilder(c.replica.database, nodeCrypto, c.ledger);
  assert.equal(builder.classPart("sensor").size, cosigned);
  await c.cosign();
  await grow(c, 1);
  assert.throws(() => c.view(cosigned), { code: "replica/range" });
  const kept = c.replica.database.prepare("SELECT count(*) AS stale FROM stale WHERE size <= ?").get(cosigned);
  assert.equal(kept?.["stale"], 0, "what no version needs is dropped");
});

test("a view knows the trust root of its own time", async () => {
  using c = await Consortium.ready();
  const before = c.size;
  await c.nextTrust(() => ({ freshness: 3600 }));
  assert.equal(c.view(before).trust().version, 1);
  assert.equal(c.view().trust().freshness, 3600);
  assert.deepEqual(trustChain(c.replica.database, 1).length, 1);
  const [, second] = trustChain(c.replica.database, 2);
  assert.equal(fromUtf8(second?.document ?? new Uint8Array()), c.record(tables.trust, "2")?.document);
});

test("records are listed by table for people and agents, newest values only", async () => {
  using c = await Consortium.ready();
  await c.publish();
  const { database } = c.replica;
  const listed = listRecords(database, tables.organisation);
  assert.deepEqual(
    listed.map(({ parts }) => parts),
    c.members.map(({ name }) => [name]),
  );
  assert.ok(listed.every(({ record }) => record.status === "active"));
  assert.deepEqual(listRecords(database, tables.device), []);
  assert.deepEqual(currentRecord(database, tables.vendor, "acme"), { organisation: "alpha.example" });
  assert.equal(currentRecord(database, tables.vendor, "nobody"), undefined);
  assert.deepEqual(
    listRecords(database, tables.ledger).map(({ parts }) => parts),
    [[]],
  );
  assert.ok(c.view() instanceof StateView);
});
