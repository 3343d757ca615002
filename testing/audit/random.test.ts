import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nodeCrypto } from "@firmament/crypto";
import { auditDatabase, type Finding, Invariants } from "@firmament/replica/audit";
import { Consortium } from "@firmament/testing/kit";
import { RandomHistory, steps } from "../replica/random-history.ts";

test("any history of votes, releases, revocations and trust roots keeps every invariant at every entry", async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      using c = await Consortium.ready();
      await c.publish();
      const found: Finding[] = [];
      const invariants = new Invariants(c.replica.database, nodeCrypto, (code, where, was, expected) => {
        found.push({ code, where, found: was, expected });
      });
      const random = new RandomHistory(c, (index, bytes) => {
        invariants.check(index, bytes);
      });
      c.now += 1;
      await random.run(history);
      assert.deepEqual(found, []);
      const report = auditDatabase(c.replica.database, { crypto: nodeCrypto, genesisFile: c.genesisFile });
      assert.deepEqual([report.findings, report.size], [[], c.size]);
      accepted += random.accepted;
    }),
    { numRuns: 15 },
  );
  assert.ok(accepted > 75, `${accepted} accepted`);
});
