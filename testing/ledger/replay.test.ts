import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { toHex } from "@firmament/core/bytes";
import { blocksFrom } from "@firmament/replica";
import { Consortium } from "@firmament/testing/kit";
import { RandomHistory, steps } from "../replica/random-history.ts";
import { CometApplications } from "./comet-applications.ts";

it("the history of one sequencer, decided again by the replicated engine at the recorded times, gives the same roots", async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(3), async (all, idle) => {
      using c = await Consortium.ready({ nodes: true });
      const history = new RandomHistory(c);
      await history.run(all);
      await using applications = new CometApplications(c.genesisFile);
      for (const name of ["one", "two"]) await applications.open(name);
      await using engine = await applications.engine(() => c.now);
      for (const { time, transactions } of blocksFrom(c.replica.database, 1, 10_000)) {
        await engine.decide(transactions, time);
        for (let i = 0; i < idle; i++) await engine.decide([], time + i);
      }
      for (const { replica } of applications.all) assert.deepEqual(replica.status, c.replica.status);
      const last = await engine.decide([], c.now);
      assert.equal(toHex(last), toHex(c.replica.status.root));
    }),
    { numRuns: 12 },
  );
});
