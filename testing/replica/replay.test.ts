import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { concat } from "@firmament/core/bytes";
import { entryHash, decodeEntry, leafHash } from "@firmament/core/log";
import { headRecord, type Table, tables } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { blocksFrom, Replica } from "@firmament/replica";
import { Consortium } from "@firmament/testing/kit";
import { RandomHistory, steps } from "./random-history.ts";
import { contentOf, replay } from "./support.ts";

test("any history replayed by another replica gives the same log, state and roots at every block", async () => {
  let [accepted, refused] = [0, 0];
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      using c = await Consortium.ready();
      const random = new RandomHistory(c);
      await random.run(history);
      using other = replay(c);
      assert.deepEqual(contentOf(other), contentOf(c.replica));
      assertRecords(c);
      accepted += random.accepted;
      refused += random.refused;
    }),
    { numRuns: 20 },
  );
  assert.ok(accepted > 100 && refused > 50, `${accepted} accepted, ${refused} refused`);
});

// Every record is one that its table can give back, and a head is what the releases say.
function assertRecords(c: Consortium): void {
  const byName = new Map<string, Table<unknown>>(Object.values(tables).map((table) => [table.name, table]));
  for (const row of c.replica.database.prepare("SELECT key, CAST(value AS TEXT) AS value FROM state").all()) {
    const [name = ""] = JSON.parse(String(row["key"])) as string[];
    const table = byName.get(name) ?? assert.fail(`there is no table ${name}`);
    table.decode(JSON.parse(String(row["value"])), name);
  }
  const head = c.record(tables.head, "sensor");
  const { live, stopped } = headRecord(head, "head");
  assert.ok(live.every(({ release }) => c.release(release).state === "PUBLISHED"));
  assert.ok(stopped.every(({ release, state }) => c.release(release).state === state));
  const full = live.findLastIndex(({ rollout }) => rollout === undefined);
  assert.ok(full <= 0, "nothing stays live below a release for everybody");
}

test("how accepted transactions are cut into blocks of one time changes no entry and no root", async () => {
  using c = await Consortium.ready();
  await c.publish();
  using other = Replica.open(":memory:", nodeCrypto, c.genesisFile);
  const bytes = blocksFrom(c.replica.database, 1, 1000).flatMap(({ transactions }) => transactions);
  other.apply({ height: 1, time: c.now, transactions: bytes });
  const { entries, root, state, transactions } = contentOf(other);
  assert.deepEqual({ entries, root, state, transactions }, pick(contentOf(c.replica)));
  assert.equal(other.status.height, 1);
});

const pick = ({ entries, root, state, transactions }: ReturnType<typeof contentOf>) => ({
  entries,
  root,
  state,
  transactions,
});

test("blocks are resumable from any height, in order and bounded", async () => {
  using c = await Consortium.ready();
  const all = blocksFrom(c.replica.database, 1, 1000);
  assert.deepEqual(
    all.map(({ height }) => height),
    all.map((_, i) => i + 1),
  );
  assert.deepEqual(blocksFrom(c.replica.database, 5, 3), all.slice(4, 7));
  assert.deepEqual(blocksFrom(c.replica.database, 0, 2), all.slice(0, 2), "genesis travels as its own file");
  assert.deepEqual(blocksFrom(c.replica.database, all.length + 1, 10), []);
});

test("every entry names the state root after its transaction, and the log hashes the entry's bytes", async () => {
  using c = await Consortium.ready();
  await c.publish();
  const rows = c.replica.database.prepare("SELECT bytes FROM entries ORDER BY idx").all();
  const roots = new Map(
    c.replica.database
      .prepare("SELECT size, hash FROM roots")
      .all()
      .map((row) => [row["size"], row["hash"]]),
  );
  for (const [i, row] of rows.entries()) {
    const bytes = row["bytes"] as Uint8Array;
    const entry = decodeEntry(bytes);
    assert.deepEqual(
      Buffer.from(entry.root, "base64url"),
      Buffer.from((roots.get(i + 1) as Uint8Array | undefined) ?? []),
    );
    assert.deepEqual(entryHash(nodeCrypto, entry), leafHash(nodeCrypto, concat(bytes)));
    assert.equal(entry.ledger, c.ledger);
  }
});
