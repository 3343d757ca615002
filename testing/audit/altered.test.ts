import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import type { AuditReport } from "@firmament/replica/audit";
import { auditFile, columnsOf, dump, edit, fullHistory, Sample } from "./support/sample.ts";

const CODES: Readonly<Record<string, string>> = {
  blocks: "audit/blocks",
  cosignatures: "audit/cosignatures",
  entries: "audit/entries",
  log_nodes: "audit/log-nodes",
  meta: "audit/genesis",
  nodes: "audit/nodes",
  roots: "audit/roots",
  stale: "audit/stale",
  state: "audit/state",
  transactions: "audit/transactions",
  trust_steps: "audit/trust-steps",
};

// A table's rows that have a value in a column; a column that is always empty is changed too.
const rowsWith = (table: string, column: string): string =>
  `${table} WHERE ${column} IS NOT NULL OR NOT EXISTS (SELECT 1 FROM ${table} WHERE ${column} IS NOT NULL)`;

// One byte or one unit more, in the type that the column has; a value where there was none.
const changed = (column: string): string => `CASE typeof(${column})
  WHEN 'integer' THEN ${column} + 1
  WHEN 'text' THEN replace(substr(${column}, 1, 1), substr(${column}, 1, 1),
    CASE substr(${column}, 1, 1) WHEN 'b' THEN 'c' ELSE 'b' END) || substr(${column}, 2)
  WHEN 'blob' THEN CAST(substr(${column}, 1, length(${column}) / 2) ||
    CASE substr(${column}, length(${column}) / 2 + 1, 1) WHEN x'41' THEN x'42' ELSE x'41' END ||
    substr(${column}, length(${column}) / 2 + 2) AS BLOB)
  ELSE 1 END`;

function named(report: AuditReport, table: string, what = table): void {
  const [first] = report.findings;
  assert.ok(first !== undefined, `nothing was found in ${what}`);
  assert.ok(
    first.code === CODES[table] && first.where.startsWith(table),
    `${what} is not named: ${JSON.stringify(first)}`,
  );
}

describe("an altered copy of a ledger", () => {
  let sample: Sample;

  before(async () => {
    sample = await Sample.of(fullHistory);
  });

  after(() => sample[Symbol.asyncDispose]());

  it("is told from the honest one, of which every table is compared", () => {
    const report = auditFile(sample.original, { genesisFile: sample.genesisFile });
    assert.deepEqual(report.findings, []);
    assert.equal(report.size, sample.size);
    assert.deepEqual(
      Object.keys(CODES).sort(),
      columnsOf(sample.original).map(({ table }) => table),
    );
  });

  it("[S1-24] with one value changed in any column of any table is found, and the row is named", async () => {
    for (const { columns, table } of columnsOf(sample.original)) {
      for (const column of columns) {
        const path = await sample.copy();
        const rows = rowsWith(table, column);
        edit(
          path,
          `CREATE TEMP TABLE chosen AS SELECT * FROM ${rows} LIMIT 1 OFFSET (SELECT count(*) / 2 FROM ${rows});
           UPDATE OR REPLACE ${table} SET ${column} = ${changed(column)}
           WHERE (${columns.join()}) IS (SELECT ${columns.join()} FROM chosen)`,
        );
        named(auditFile(path, { genesisFile: sample.genesisFile }), table, `${table}.${column}`);
      }
    }
  });

  it("[S1-24] with one row removed from any table is found, and the row is named; of cosignatures any may be missing", async () => {
    for (const { columns, table } of columnsOf(sample.original)) {
      const [column = ""] = columns;
      const path = await sample.copy();
      edit(
        path,
        `CREATE TEMP TABLE chosen AS SELECT * FROM ${table} LIMIT 1 OFFSET (SELECT count(*) / 2 FROM ${table});
         DELETE FROM ${table} WHERE (${columns.join()}) IS (SELECT ${columns.join()} FROM chosen)`,
      );
      const report = auditFile(path, { genesisFile: sample.genesisFile });
      if (table === "cosignatures") assert.deepEqual(report.findings, []);
      else named(report, table, `a row less in ${table}, by ${column}`);
    }
  });

  it("[S1-24] with one row more in any table is found, and the row is named", async () => {
    const added: Readonly<Record<string, string>> = {
      blocks: "SELECT max(height) + 1, time, size, size + 1 FROM blocks",
      cosignatures: "SELECT size, '00000000', organisation, time, signature FROM cosignatures LIMIT 1",
      entries: "SELECT max(idx) + 1, bytes FROM entries",
      log_nodes: "SELECT 0, max(idx) + 1, hash FROM log_nodes WHERE level = 0",
      meta: "SELECT 'other', value FROM meta LIMIT 1",
      nodes: "SELECT max(id) + 1, depth, left, left_hash, right, right_hash, path, key_hash, value FROM nodes",
      roots: "SELECT max(size) + 1, node, hash FROM roots",
      stale: "SELECT max(size) + 1, node FROM stale",
      state: `SELECT '["vendor","other"]', value FROM state WHERE key LIKE '["vendor"%'`,
      transactions: "SELECT max(idx) + 1, 'other', bytes, result FROM transactions",
      trust_steps: "SELECT max(version) + 1, document, signatures FROM trust_steps",
    };
    for (const { table } of columnsOf(sample.original)) {
      const report = await sample.altered(`INSERT INTO ${table} ${added[table] ?? "SELECT 1"}`);
      named(report, table);
    }
  });

  it("with another table, index, trigger or version is found", async () => {
    for (const sql of [
      "CREATE TABLE other (a)",
      "CREATE INDEX other ON blocks (time)",
      "DROP INDEX blocks_first",
      "CREATE TRIGGER other AFTER INSERT ON entries BEGIN DELETE FROM entries; END",
      "PRAGMA user_version = 7",
    ]) {
      const [first] = (await sample.altered(sql)).findings;
      assert.equal(first?.code, "audit/schema", sql);
    }
  });

  it("says of each finding what is there and what should be", async () => {
    const report = await sample.altered("UPDATE blocks SET time = time + 5 WHERE height = 7");
    const [first] = report.findings;
    assert.deepEqual([report.counts, first?.where], [{ "audit/blocks": 1 }, "blocks height=7, time"]);
    assert.equal(Number(first?.found), Number(first?.expected) + 5);
    const record = await sample.altered(
      `UPDATE state SET value = CAST(replace(value, 'PUBLISHED', 'WITHDRAWN') AS BLOB)`,
    );
    const [text] = record.findings;
    assert.match(text?.found ?? "", /bytes, from byte \d+ on WITHDRAWN/);
    assert.match(text?.expected ?? "", /bytes, from byte \d+ on PUBLISHED/);
  });

  it("is replayed as far as its transactions go, and what follows is said to be unjudged", async () => {
    const report = await sample.altered("DELETE FROM transactions WHERE idx IN (20, 25)");
    assert.deepEqual(
      report.findings.slice(0, 2).map(({ code, where }) => [code, where]),
      [
        ["audit/transactions", "transactions idx=20, bytes"],
        ["audit/replay", "from entry 20 on"],
      ],
    );
    assert.equal(report.size, 20);
  });

  it("is never believed about its genesis where the trusted file is another", async () => {
    await using other = await Sample.of(() => Promise.resolve());
    const report = auditFile(sample.original, { genesisFile: other.genesisFile });
    assert.ok(
      report.findings.some(({ code, where }) => code === "audit/genesis" && where.startsWith("meta name=genesis")),
    );
    const unfounded = await sample.altered(
      "UPDATE transactions SET bytes = x'7b7d' WHERE idx = 0; UPDATE meta SET value = x'7b7d'",
    );
    assert.equal(unfounded.findings[0]?.code, "audit/genesis");
    assert.equal(unfounded.ledger, undefined);
  });

  it("with any byte of the file flipped is found, unless it still says the same in every table", async () => {
    const original = dump(sample.original);
    const bytes = await readFile(sample.original);
    const path = await sample.copy();
    let found = 0;
    for (const at of spread(bytes.length, 60)) {
      const altered = Uint8Array.from(bytes);
      altered[at] = (altered[at] ?? 0) ^ (1 << (at % 8));
      await writeFile(path, altered);
      const report = auditFile(path, { genesisFile: sample.genesisFile });
      const says = dump(path);
      assert.equal(
        report.findings.length === 0,
        says === original,
        `byte ${at}: ${JSON.stringify(report.findings[0])}`,
      );
      found += Math.min(report.findings.length, 1);
    }
    assert.ok(found > 25, `${found} of 60`);
  });

  it("that is no database, empty or cut anywhere, is found and crashes nothing", async () => {
    const bytes = await readFile(sample.original);
    const path = await sample.copy();
    for (const length of [0, 10, 100, 4096, 4097, Math.floor(bytes.length / 2), bytes.length - 4096]) {
      await writeFile(path, bytes.subarray(0, length));
      const report = auditFile(path, { genesisFile: sample.genesisFile });
      assert.ok(
        report.findings.some(({ code }) => code === "audit/database" || code === "audit/schema"),
        `${length}`,
      );
    }
    await writeFile(path, Buffer.alloc(8192, 0x41));
    assert.equal(auditFile(path).findings[0]?.code, "audit/database");
  });
});

// Places over the whole file, the header and the schema among them, the same in every run.
function spread(length: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) =>
    i < 20 ? i * 5 : Math.floor((length / count) * i + ((i * 7919) % 997)),
  );
}
