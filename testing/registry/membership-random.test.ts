import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nodeCrypto } from "@firmament/crypto";
import { auditDatabase } from "@firmament/replica/audit";
import { Consortium } from "@firmament/testing/kit";
import { contentOf, replay } from "../replica/support.ts";
import { membershipKinds, MembershipModel } from "./membership-model.ts";

const steps = fc.array(fc.record({ kind: fc.constantFrom(...membershipKinds), who: fc.nat(9) }), {
  maxLength: 14,
  minLength: 6,
  size: "max",
});

// A newcomer with a node, so that some may go.
const newcomer = (who: number) => [{ kind: "admit", who } as const, { kind: "declare", who } as const];

test("whatever members do, the validators are the electorate's nodes, at least four, each key one organisation's", async () => {
  const seen: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(fc.nat(2), steps, async (more, history) => {
      using c = await Consortium.found({ nodes: true });
      const model = new MembershipModel(c);
      for (const step of [...[4, 5].slice(0, more).flatMap(newcomer), ...history]) await model.step(step);
      for (const [what, count] of Object.entries(model.seen)) seen[what] = (seen[what] ?? 0) + count;
      assert.deepEqual(auditDatabase(c.replica.database, { crypto: nodeCrypto }).findings, []);
      using other = replay(c);
      assert.deepEqual(contentOf(other), contentOf(c.replica));
    }),
    { numRuns: 25 },
  );
  for (const what of ["suspend validator/too-few", "suspend done", "foreign identity/exists", "declare done"])
    assert.ok((seen[what] ?? 0) > 0, `${what} never happened: ${JSON.stringify(seen)}`);
});
