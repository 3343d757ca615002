import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { Refusal } from "@firmament/core/errors";
import { type Table, tables } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { type Block, blocksFrom, Replica } from "@firmament/replica";
import { Consortium } from "@firmament/testing/kit";
import { RandomHistory, steps } from "./random-history.ts";
import { breakTable, contentOf } from "./support.ts";

const byName = new Map<string, Table<unknown>>(Object.values(tables).map((table) => [table.name, table]));

/** Every record that a replica holds, as it says it is after the last block. */
function recordsOf(replica: Replica): ReadonlyMap<string, unknown> {
  const keys = replica.database.prepare("SELECT key FROM state ORDER BY key").all();
  return new Map(
    keys.map(({ key }) => {
      const [name = "", ...parts] = JSON.parse(String(key)) as string[];
      return [String(key), replica.record(byName.get(name) ?? assert.fail(name), ...parts)];
    }),
  );
}

const WAYS = ["drop", "evict", "full", "none", "reopen"] as const;
type Way = (typeof WAYS)[number];

// Executes a block and takes it back, where the caller wants it at another time than the ledger's.
function drop(replica: Replica, { time, transactions }: Block): void {
  const fold = replica.begin(time + 1);
  for (const bytes of transactions) {
    try {
      fold.execute(bytes);
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
    }
  }
  replica.rollback();
}

// The same block, and the database fails where its last rows are written.
function fail(replica: Replica, block: Block): void {
  const mend = breakTable(replica, "blocks");
  assert.throws(() => replica.apply(block), /disk full/);
  mend();
}

test("a replica that stays in memory says what a new one reads, whatever came between two blocks", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fm-"));
  let count = 0;
  try {
    await fc.assert(
      fc.asyncProperty(steps, fc.array(fc.constantFrom<Way>(...WAYS), { minLength: 1 }), async (history, ways) => {
        using c = await Consortium.ready();
        await new RandomHistory(c).run(history);
        const file = join(folder, `${count++}.sqlite`);
        const open = () => Replica.open(file, nodeCrypto, c.genesisFile);
        let held = open();
        for (const [i, block] of blocksFrom(c.replica.database, 1, 1000).entries()) {
          const way = ways[i % ways.length];
          if (way === "drop") drop(held, block);
          if (way === "full") fail(held, block);
          if (way === "evict") for (const letter of "xy") held.record(tables.identity, letter.repeat(5 * 1024 * 1024));
          if (way === "reopen") {
            held[Symbol.dispose]();
            held = open();
          }
          held.apply(block);
        }
        using fresh = open();
        assert.deepEqual(contentOf(held), contentOf(c.replica));
        assert.deepEqual(recordsOf(held), recordsOf(fresh));
        held[Symbol.dispose]();
      }),
      { numRuns: 5 },
    );
  } finally {
    rmSync(folder, { force: true, recursive: true });
  }
});
