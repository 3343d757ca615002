import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeEntry } from "@firmament/core/log";
import { tables } from "@firmament/core/registry";
import { Consortium, DAY } from "@firmament/testing/kit";
import { refused } from "./support.ts";

const lastEntry = (c: Consortium) => {
  const row = c.replica.database.prepare("SELECT bytes FROM entries ORDER BY idx DESC LIMIT 1").get();
  return decodeEntry(row?.["bytes"] as Uint8Array);
};

test("a tick keeps the newest entry fresh when nothing happened for a third of the freshness limit", async () => {
  using c = await Consortium.ready();
  const last = c.record(tables.ledger)?.time ?? 0;
  c.now = last + DAY / 3;
  const { size } = c;
  await c.submit(c.member(2).node, "tick", { time: c.now });
  assert.equal(c.size, size + 1);
  assert.equal(lastEntry(c).time, c.now);
  assert.equal(c.record(tables.ledger)?.time, c.now);
});

test("a tick that comes early is refused", async () => {
  using c = await Consortium.ready();
  c.now += DAY / 3 - 1;
  await refused(c, "tick/early", () => c.submit(c.member(2).node, "tick", { time: c.now }));
  c.now += 1;
  await c.submit(c.member(2).node, "tick", { time: c.now });
  await refused(c, "tick/early", () => c.submit(c.member(3).node, "tick", { time: c.now }));
});

test("the shorter of the consortium's and the trust root's limit decides", async () => {
  using c = await Consortium.ready({ freshness: 3600 });
  c.now += 1199;
  await refused(c, "tick/early", () => c.submit(c.member(2).node, "tick", { time: c.now }));
  c.now += 1;
  await c.submit(c.member(2).node, "tick", { time: c.now });
});

test("a tick's time is within 60 s of the ledger's clock", async () => {
  using c = await Consortium.ready();
  c.now += DAY;
  for (const off of [61, -61]) {
    await refused(c, "tick/time", () => c.submit(c.member(2).node, "tick", { time: c.now + off }));
  }
  await c.submit(c.member(2).node, "tick", { time: c.now - 60 });
  assert.equal(c.record(tables.ledger)?.time, c.now, "the time is the engine's, the body only agrees");
});

test("only a node ticks", async () => {
  using c = await Consortium.ready();
  c.now += DAY;
  await refused(c, "identity/role", () => c.submit(c.member(2).admin, "tick", { time: c.now }));
});
