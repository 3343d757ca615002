import assert from "node:assert/strict";
import { test } from "node:test";
import { tables } from "@firmament/core/registry";
import { Consortium } from "@firmament/testing/kit";
import { refused } from "./support.ts";

const headOf = (c: Consortium) => c.record(tables.head, "sensor") ?? assert.fail("the class has a head");
const rollout = (permille: number) => ({ groups: [], permille, salt: "s" });

/** Publishes versions 1.0.0, 2.0.0 … in their order; their ids. */
async function publishMany(c: Consortium, count: number, from = 1): Promise<string[]> {
  const ids: string[] = [];
  for (let i = from; i < from + count; i++) {
    ids.push((await c.publish({ sequence: c.now * 1000 + i, version: `${i}.0.0` })).release);
  }
  return ids;
}

test("a release without rollout supersedes every lower live one", async () => {
  using c = await Consortium.ready();
  const [first, second, third] = await publishMany(c, 3);
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  assert.deepEqual(headOf(c), {
    live: [
      { manifestDigest: c.release(third).manifestDigest, release: third, sequence: c.now * 1000 + 3, version: "3.0.0" },
    ],
    stopped: [],
  });
  assert.deepEqual(
    [first, second].map((id) => c.release(id).state),
    ["SUPERSEDED", "SUPERSEDED"],
  );
});

test("at most eight are live: a ninth partial rollout is refused, a full release takes the place of all", async () => {
  using c = await Consortium.ready();
  const base = c.now * 1000;
  for (let i = 1; i <= 8; i++) await c.publish({ rollout: rollout(10), sequence: base + i, version: `${i}.0.0` });
  assert.equal(headOf(c).live.length, 8);
  const prepared = await c.prepare({ sequence: base + 9, version: "9.0.0" });
  const ninth = await c.register(prepared, { rollout: rollout(10) });
  await c.store(ninth, prepared.image);
  await c.approve(ninth, [2]);
  await refused(c, "release/too-many-live", () => c.approve(ninth, [3]));
  assert.equal(c.release(ninth).state, "STORED");
  const { release } = await c.publish({ sequence: base + 10, version: "10.0.0" });
  assert.deepEqual(
    headOf(c).live.map((each) => each.release),
    [release],
  );
});

test("each stopped state has its place, in rising sequence, and the eight newest are kept", async () => {
  using c = await Consortium.ready();
  const ids = await publishMany(c, 10);
  const { admin } = c.member(0);
  for (const [i, release] of ids.entries()) {
    await c.submit(admin, i % 2 === 0 ? "release.revoke" : "release.withdraw", { reason: `of ${i}`, release });
  }
  const { live, stopped } = headOf(c);
  assert.deepEqual(live, []);
  assert.deepEqual(
    stopped.map(({ release, state }) => [release, state]),
    ids.slice(2).map((id, i) => [id, i % 2 === 0 ? "REVOKED" : "WITHDRAWN"]),
  );
});

test("a stopped release still counts for the order: recovery is forward only", async () => {
  using c = await Consortium.ready();
  const bad = await c.publish({ sequence: c.now * 1000, version: "2.0.0" });
  await c.submit(c.member(0).admin, "release.revoke", { reason: "broken", release: bad.release });
  const again = await c.prepare({ image: bad.image, sequence: c.now * 1000 - 1, version: "2.0.1" });
  await refused(c, "release/sequence", () => c.register(again));
  const lower = await c.prepare({ image: bad.image, sequence: c.now * 1000 + 1, version: "1.9.0" });
  await refused(c, "release/version", () => c.register(lower));
  const { release } = await c.publish({ image: bad.image, sequence: c.now * 1000 + 1, version: "2.0.1" });
  assert.equal(c.release(release).state, "PUBLISHED", "the same image under a new sequence");
});

test("a superseded release that is revoked is named as stopped, so that devices that run it learn of it", async () => {
  using c = await Consortium.ready();
  const [first = ""] = await publishMany(c, 2);
  await c.submit(c.member(0).admin, "release.revoke", { reason: "leaks", release: first });
  assert.deepEqual(
    headOf(c).stopped.map(({ release, state }) => [release, state]),
    [[first, "REVOKED"]],
  );
  assert.equal(headOf(c).live.length, 1);
});
