import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RecentMap } from "@firmament/replica";

const LIMIT = 8;
const act = fc.record({ cost: fc.integer({ max: 3, min: 1 }), name: fc.constantFrom(..."abcdefghij") });

test("a value is the last that was set, and is there while no more than the limit was used since", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60, minLength: 1 }), fc.nat(), (acts, pick) => {
      const map = new RecentMap<{ readonly cost: number; readonly at: number }>(LIMIT, (_name, { cost }) => cost);
      for (const [at, { cost, name }] of acts.entries()) map.set(name, { at, cost });
      const { name = "" } = acts[pick % acts.length] ?? {};
      const newest = acts.findLastIndex((each) => each.name === name);
      const used = acts.slice(newest).reduce((sum, { cost }) => sum + cost, 0);
      const found = map.get(name)?.at;
      assert.ok(found === newest || (found === undefined && used > LIMIT), `found ${found}, set last at ${newest}`);
    }),
  );
});

test("what is not used any more is given up", () => {
  const map = new RecentMap<number>(LIMIT);
  for (let i = 0; i < 100; i++) {
    map.set(String(i), i);
    assert.equal(map.get("0"), 0, "what is used stays");
  }
  const left = Array.from({ length: 100 }, (_, i) => map.get(String(i))).filter((each) => each !== undefined);
  assert.ok(left.length <= 2 * (LIMIT + 1), `${left.length} are left`);
});

test("what is deleted is gone, from both generations, and costs nothing any more", () => {
  const map = new RecentMap<number>(LIMIT);
  for (let i = 0; i <= LIMIT; i++) map.set(String(i), i);
  map.set("young", 1);
  for (const name of ["0", "young", "absent"]) map.delete(name);
  assert.deepEqual([map.get("0"), map.get("young"), map.get("1")], [undefined, undefined, 1]);
  for (let i = 0; i < 100; i++) {
    map.set("again", i);
    map.delete("again");
  }
  assert.equal(map.get("1"), 1);
});
