import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { inSnapshot } from "../../src/retrieval/snapshot.ts";

const count = (database: DatabaseSync): unknown => database.prepare("SELECT count(*) AS n FROM t").get()?.["n"];

test("reads inside see one commit, whatever another connection writes", () => {
  const folder = mkdtempSync(join(tmpdir(), "firmament-snapshot-"));
  const writer = new DatabaseSync(join(folder, "x.sqlite"));
  writer.exec("PRAGMA journal_mode = WAL; CREATE TABLE t (a)");
  const reader = new DatabaseSync(join(folder, "x.sqlite"), { readOnly: true });
  const seen = inSnapshot(reader, () => {
    const before = count(reader);
    writer.exec("INSERT INTO t VALUES (1)");
    return [before, inSnapshot(reader, () => count(reader))];
  });
  assert.deepEqual([...seen, count(reader)], [0, 0, 1]);
  assert.throws(() => inSnapshot(reader, () => assert.fail("no")), assert.AssertionError);
  assert.equal(reader.isTransaction, false);
  reader.close();
  writer.close();
  rmSync(folder, { recursive: true });
});
