import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Refusal } from "@firmament/core/errors";
import { nodeCrypto } from "@firmament/crypto";
import { blocksFrom, openDatabase, Replica } from "@firmament/replica";
import { Consortium, newSigner } from "@firmament/testing/kit";
import { breakTable, contentOf } from "./support.ts";

async function enrolments(c: Consortium, count: number): Promise<Uint8Array[]> {
  const bytes: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    bytes.push(
      await c.transaction(c.member(0).admin, "identity.enrol", { key: (await newSigner()).key, roles: ["node"] }),
    );
  }
  return bytes;
}

test("a block is whole or not at all, wherever its making breaks", async () => {
  using c = await Consortium.found();
  const [first, second] = await enrolments(c, 2);
  assert.ok(first !== undefined && second !== undefined);
  const before = contentOf(c.replica);
  for (const table of ["entries", "transactions", "log_nodes", "state", "nodes", "stale", "roots", "blocks"]) {
    const repair = breakTable(c.replica, table);
    assert.throws(
      () => {
        const fold = c.replica.begin(c.now);
        try {
          fold.execute(first);
          fold.execute(second);
          c.replica.commit();
        } catch (cause) {
          c.replica.rollback();
          throw cause;
        }
      },
      (error) => error instanceof Error && !(error instanceof Refusal),
      table,
    );
    repair();
    assert.deepEqual(contentOf(c.replica), before, table);
  }
  assert.equal(c.apply(first).index, 1);
});

test("a fault while a foreign block is applied is a fault, not a divergence", async () => {
  using c = await Consortium.ready();
  using other = Replica.open(":memory:", nodeCrypto, c.genesisFile);
  const [block] = blocksFrom(c.replica.database, 1, 1);
  assert.ok(block !== undefined);
  const repair = breakTable(other, "entries");
  assert.throws(
    () => other.apply(block),
    (error) => error instanceof Error && !(error instanceof Refusal),
  );
  repair();
  assert.equal(other.apply(block).length, 1);
});

test("a refused transaction in the middle leaves nothing in its block", async () => {
  using c = await Consortium.found();
  using other = Replica.open(":memory:", nodeCrypto, c.genesisFile);
  const [first, second] = await enrolments(c, 2);
  assert.ok(first !== undefined && second !== undefined);
  const unknown = await c.transaction(c.member(0).root, "identity.revoke", { identity: c.member(0).root.kid });
  const fold = c.replica.begin(c.now);
  fold.execute(first);
  assert.throws(() => fold.execute(unknown), { code: "identity/unknown" });
  assert.throws(() => fold.execute(new Uint8Array()), { code: "codec/json" });
  fold.execute(second);
  c.replica.commit();
  other.apply({ height: 1, time: c.now, transactions: [first, second] });
  assert.deepEqual(contentOf(other), contentOf(c.replica));
});

test("a block without an entry leaves no trace, and takes no height", async () => {
  using c = await Consortium.found();
  const [bytes] = await enrolments(c, 1);
  assert.ok(bytes !== undefined);
  c.apply(bytes);
  const before = contentOf(c.replica);
  c.replica.begin(c.now + 1000);
  c.replica.commit();
  c.apply(bytes, c.now + 2000);
  assert.deepEqual(contentOf(c.replica), before);
});

test("two blocks are never open at once", async () => {
  using c = await Consortium.found();
  c.replica.begin(c.now);
  assert.throws(
    () => c.replica.begin(c.now),
    (error) => error instanceof Error && !(error instanceof Refusal),
  );
  c.replica.rollback();
  assert.throws(
    () => c.replica.commit(),
    (error) => error instanceof Error && !(error instanceof Refusal),
  );
});

test("blocks are applied in the order of their heights", async () => {
  using c = await Consortium.ready();
  using other = Replica.open(":memory:", nodeCrypto, c.genesisFile);
  const [first, second, third] = blocksFrom(c.replica.database, 1, 3);
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  assert.throws(() => other.apply(second), { code: "replica/height" });
  other.apply(first);
  assert.throws(() => other.apply(first), { code: "replica/height" });
  assert.throws(() => other.apply(third), { code: "replica/height" });
  other.apply(second);
  assert.equal(other.status.height, 2);
});

test("a block that the rules do not carry is refused whole: a sequencer cannot forge", async () => {
  using c = await Consortium.ready();
  const [block] = blocksFrom(c.replica.database, 1, 1);
  const [bytes] = block?.transactions ?? [];
  assert.ok(block !== undefined && bytes !== undefined);
  using other = Replica.open(":memory:", nodeCrypto, c.genesisFile);
  const before = contentOf(other);
  const forge = (honest: Uint8Array) =>
    Buffer.from(
      Buffer.from(honest)
        .toString()
        .replace(/"signature":"...../, '"signature":"AAAAA'),
    );
  const [honest] = await enrolments(c, 1);
  assert.ok(honest !== undefined);
  const forgeries = [
    { ...block, transactions: [forge(bytes)] },
    { ...block, transactions: [new Uint8Array([1])] },
    { ...block, transactions: [] },
    { ...block, transactions: [bytes, forge(honest)] },
    { ...block, time: block.time - 1 },
    { ...block, time: block.time + 100_000 },
  ];
  for (const forged of forgeries) assert.throws(() => other.apply(forged), { code: "replica/divergence" });
  assert.deepEqual(contentOf(other), before);
  other.apply(block);
  assert.throws(() => other.apply({ ...block, height: 2 }), { code: "replica/divergence" });
});

test("a reopened replica stands where it stood, also after a crash between two commits", async () => {
  const folder = mkdtempSync(join(tmpdir(), "firmament-replica-"));
  try {
    using c = await Consortium.ready();
    await c.publish();
    const path = join(folder, "replica.db");
    const blocks = blocksFrom(c.replica.database, 1, 1000);
    const one = Replica.open(path, nodeCrypto, c.genesisFile);
    for (const block of blocks.slice(0, -1)) one.apply(block);
    const before = contentOf(one);
    const [bytes] = blocks.at(-1)?.transactions ?? [];
    assert.ok(bytes !== undefined);
    one.begin(c.now).execute(bytes);
    one.database.close();
    using two = Replica.open(path, nodeCrypto, c.genesisFile);
    assert.deepEqual(contentOf(two), before);
    for (const block of blocks.slice(-1)) two.apply(block);
    assert.deepEqual(contentOf(two), contentOf(c.replica));
  } finally {
    rmSync(folder, { force: true, recursive: true });
  }
});

test("a database of another ledger or version is not opened", async () => {
  const folder = mkdtempSync(join(tmpdir(), "firmament-replica-"));
  try {
    using one = await Consortium.found();
    using other = await Consortium.found();
    const path = join(folder, "replica.db");
    Replica.open(path, nodeCrypto, one.genesisFile)[Symbol.dispose]();
    assert.throws(() => Replica.open(path, nodeCrypto, other.genesisFile), { code: "replica/form" });
    Replica.open(path, nodeCrypto, one.genesisFile)[Symbol.dispose]();
    const database = openDatabase(path);
    database.exec("PRAGMA user_version = 7");
    database.close();
    assert.throws(() => Replica.open(path, nodeCrypto, one.genesisFile), { code: "replica/form" });
  } finally {
    rmSync(folder, { force: true, recursive: true });
  }
});
