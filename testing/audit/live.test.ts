import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Crypto } from "@firmament/core/keys";
import { nodeCrypto } from "@firmament/crypto";
import { blocksFrom, openDatabase, Replica } from "@firmament/replica";
import { auditDatabase } from "@firmament/replica/audit";
import { ledgerServer } from "@firmament/ledger-http";
import { SqliteLedger } from "@firmament/ledger-sqlite";
import { Consortium, newSigner } from "@firmament/testing/kit";
import { firmament } from "../e2e/program.ts";
import { HomeFiles } from "./support/home.ts";
import { auditFile, fullHistory, Sample } from "./support/sample.ts";

test("a copy is audited as it was when the audit began, while its owner goes on writing", async () => {
  using c = await Consortium.ready();
  const folder = await mkdtemp(join(tmpdir(), "firmament-live-"));
  const path = join(folder, "replica.sqlite");
  const owner = Replica.open(path, nodeCrypto, c.genesisFile);
  const blocks = [...blocksFrom(c.replica.database, 1, 1000)];
  for (const block of blocks.slice(0, 10)) owner.apply(block);
  const rest = blocks.slice(10);
  // The owner adds a block every few hundred hashes of the auditor's.
  let hashes = 0;
  const crypto: Crypto = {
    ...nodeCrypto,
    sha256(bytes) {
      const block = ++hashes % 200 === 0 ? rest.shift() : undefined;
      if (block !== undefined) owner.apply(block);
      return nodeCrypto.sha256(bytes);
    },
  };
  const database = openDatabase(path, { readOnly: true });
  const report = auditDatabase(database, { crypto, genesisFile: c.genesisFile });
  assert.deepEqual([report.findings, report.height], [[], 10]);
  assert.ok(owner.status.height > 10, "the owner wrote in the meantime");
  database.close();
  owner[Symbol.dispose]();
  await rm(folder, { force: true, recursive: true });
});

test("a ledger's address is a copy like any other: what it serves is executed again and compared", async () => {
  using c = await Consortium.ready();
  await fullHistory(c);
  const folder = await mkdtemp(join(tmpdir(), "firmament-url-"));
  const home = new HomeFiles(join(folder, "home"));
  await home.write(c);
  await using ledger = new SqliteLedger(c.replica);
  await using server = ledgerServer(ledger, c.genesisFile);
  const url = await server.listen({ host: "127.0.0.1", port: 0 });
  const words = ["log", "audit", "--home", home.path, "--as", "delta.example/admin", "--json"];
  const same = await firmament([...words, "--against", url]);
  assert.equal(same.code, 0, same.stdout);
  const remote = await firmament([...words, "--against", "http://192.0.2.1/"]);
  assert.match(remote.stderr, /"home\/plaintext"/);
  await c.submit(c.member(0).admin, "identity.revoke", { identity: c.member(0).approver.kid });
  const longer = await firmament([...words, "--against", url]);
  assert.deepEqual([longer.code, /"audit\/tail"/.test(longer.stdout)], [3, true]);
  await rm(folder, { force: true, recursive: true });
});

test("a copy that has forgotten old versions of its state is sound, and what is altered in the old part is named", async () => {
  await using sample = await Sample.of(async (c) => {
    while (c.replica.status.height < 300) {
      const key = (await newSigner()).key;
      await c.submit(c.member(0).admin, "device.enrol", { className: "sensor", groups: [], key });
    }
  });
  assert.deepEqual(auditFile(sample.original).findings, []);
  const kept = "(SELECT min(size) FROM roots)";
  for (const [sql, where] of [
    ["UPDATE blocks SET size = size + 1 WHERE height = 9", /^blocks height=9, size|^blocks height=10, first/],
    ["UPDATE blocks SET time = time + 1 WHERE height = 9", /^blocks height=9, time/],
    ["DELETE FROM blocks WHERE height = 9", /^blocks height=9$/],
    [`DELETE FROM roots WHERE size = ${kept}`, /^roots size=\d+$/],
    [`DELETE FROM stale WHERE size = ${kept} + 1`, /^stale size=\d+ node=\d+$/],
  ] as const) {
    const [first] = (await sample.altered(sql)).findings;
    assert.match(first?.where ?? "nothing", where, sql);
  }
});
