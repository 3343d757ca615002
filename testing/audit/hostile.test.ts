import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it, test } from "node:test";
import type { Crypto } from "@firmament/core/keys";
import { nodeCrypto } from "@firmament/crypto";
import { blocksFrom, openDatabase, Replica } from "@firmament/replica";
import { relate } from "@firmament/replica/audit";
import { cosignNewest } from "../kit/cosign.ts";
import { auditFile, fullHistory, Sample } from "./support/sample.ts";

describe("a copy that is made to harm or to deceive its auditor", () => {
  let sample: Sample;

  before(async () => {
    sample = await Sample.of(fullHistory);
  });

  after(() => sample[Symbol.asyncDispose]());

  it("is not read where a view, another table or a virtual one stands in it, so that its code never runs", async () => {
    const endless = `WITH RECURSIVE c(idx, bytes) AS (SELECT 0, x'00' UNION ALL SELECT idx + 1, x'00' FROM c)`;
    for (const sql of [
      `ALTER TABLE entries RENAME TO others; CREATE VIEW entries AS ${endless} SELECT idx, bytes FROM c`,
      "CREATE VIRTUAL TABLE others USING fts5(a)",
      "CREATE TABLE others (a, CHECK (length(zeroblob(1000000000)) > 0)); INSERT INTO others VALUES (1)",
      "ALTER TABLE entries ADD COLUMN more AS (length(zeroblob(1000000000)))",
    ]) {
      const { counts, size } = await sample.altered(sql);
      assert.deepEqual([Object.keys(counts), size], [["audit/schema", "audit/replay"], 0], sql);
    }
  });

  it("writes nothing into the report but what stands in a line of text", async () => {
    const text = `'["x"]' || char(10) || char(27) || '[2Jverdict: the copy is sound' || char(8238)`;
    const { findings } = await sample.altered(`INSERT INTO state VALUES (${text} || hex(zeroblob(9000)), x'00')`);
    const [first] = findings;
    assert.equal(first?.code, "audit/state");
    assert.doesNotMatch(JSON.stringify(findings), /\\n|\\u001b|\u202e/);
    assert.ok(first.where.length < 2000, `${first.where.length} characters`);
  });

  it("makes it hash no more than a few times as much with many false roots", async () => {
    let hashes = 0;
    const crypto: Crypto = { ...nodeCrypto, sha256: (bytes) => (hashes++, nodeCrypto.sha256(bytes)) };
    const row = "WITH RECURSIVE c(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM c WHERE i < 1500)";
    const roots = `${row} INSERT INTO roots SELECT i, 1, randomblob(32) FROM c`;
    assert.ok("audit/roots" in (await sample.altered(roots, { crypto })).counts);
    assert.ok(hashes < 20_000, `${hashes} hashes`);
  });

  it("is found where a node's number is one that a replica could not count on from", async () => {
    const { findings } = await sample.altered(
      `UPDATE roots SET node = 9007199254740991 WHERE size = (SELECT max(size) FROM roots);
       UPDATE nodes SET id = 9007199254740991 WHERE id = (SELECT max(id) FROM nodes)`,
    );
    assert.deepEqual(
      findings.map(({ code, where }) => [code, where]),
      [["audit/nodes", "nodes id=9007199254740991, id"]],
    );
  });

  it("with the same entries in other blocks is sound in itself, and told from another copy", async () => {
    const path = join(sample.folder, "merged.sqlite");
    {
      using whole = openDatabase(sample.original, { readOnly: true });
      using merged = Replica.open(path, nodeCrypto, sample.genesisFile);
      const [first, second, ...rest] = blocksFrom(whole, 1, 100);
      assert.ok(first !== undefined && second?.time === first.time);
      merged.apply({ ...first, transactions: [...first.transactions, ...second.transactions] });
      for (const block of rest) merged.apply({ ...block, height: block.height - 1 });
    }
    const [mine, theirs] = [auditFile(path), auditFile(sample.original)];
    assert.deepEqual(mine.findings.length, 0);
    const relation = relate(mine, theirs, "the other");
    assert.ok(relation.kind === "blocks");
    assert.deepEqual(
      [relation.finding.code, relation.finding.where],
      ["audit/blocks", "block 1, its size, against the other"],
    );
  });
});

test("a size that only ended delegations cosigned is none that a quorum cosigned", async () => {
  let [counted, size] = [0, 0];
  await using sample = await Sample.of(async (c) => {
    await c.cosign();
    counted = c.size;
    const before = c.view().trust();
    const ended = before.organisations.map((each) => ({
      ...each,
      cosigners: each.cosigners.map((cosigner) => ({ ...cosigner, until: c.now + 30 })),
    }));
    await c.nextTrust(() => ({ organisations: ended }));
    for (const member of c.members) await cosignNewest(c.replica, member, before, c.now + 60);
    size = c.size;
  });
  const report = auditFile(sample.original);
  assert.deepEqual([report.findings, report.cosigned], [[], counted]);
  assert.deepEqual([...report.cosigners.values()], [size, size, size, size]);
});
