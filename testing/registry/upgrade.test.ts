import assert from "node:assert/strict";
import { test } from "node:test";
import { verifyBundle } from "@firmament/core/bundle";
import { decodeEntry, type LogEntry } from "@firmament/core/log";
import { RulesMissingError, tables } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { blocksFrom, Replica } from "@firmament/replica";
import { auditDatabase } from "@firmament/replica/audit";
import { Consortium, newSigner } from "@firmament/testing/kit";
import { contentOf } from "../replica/support.ts";
import { rulebookWithFixtureV2 as rulebook } from "./fixture-rules-v2.ts";
import { propose, refused, refusedDecision } from "./support.ts";

const activate = (at: number, rules = 2) => ({ at, rules, type: "rules.activate" }) as const;

function entryAt({ replica }: Consortium, index: number): LogEntry {
  const row = replica.database.prepare("SELECT bytes FROM entries WHERE idx = ?").get(index);
  return decodeEntry(row?.["bytes"] as Uint8Array);
}

/** Enrols a device that asks for a group; the groups that it got. */
async function enrolDevice(c: Consortium): Promise<readonly string[]> {
  c.now += 1;
  const { key, kid } = await newSigner();
  await c.submit(c.member(0).admin, "device.enrol", { className: "sensor", groups: ["early"], key });
  return c.record(tables.device, kid)?.groups ?? assert.fail("it is enrolled");
}

/** Votes for version 2 from two entries after the decision on. */
async function upgraded(): Promise<{ readonly c: Consortium; readonly at: number }> {
  const c = await Consortium.ready({ rulebook });
  const at = c.size + 5;
  await propose(c, activate(at), [0, 1, 2]);
  return { at, c };
}

test("rules that were voted for decide from their entry on, and not one before", async () => {
  const { at, c } = await upgraded();
  using _ = c;
  assert.deepEqual(c.record(tables.upgrade), { at, rules: 2 });
  assert.equal(c.size, at - 2);
  for (const index of [at - 2, at - 1]) {
    assert.deepEqual(await enrolDevice(c), ["early"], `entry ${index}`);
    assert.deepEqual([entryAt(c, index).rules, c.record(tables.ledger)?.rules], [1, 1]);
  }
  for (const index of [at, at + 1]) {
    assert.deepEqual(await enrolDevice(c), [], `entry ${index}`);
    assert.deepEqual([entryAt(c, index).rules, c.record(tables.ledger)?.rules], [2, 2]);
  }
});

test("a refused transaction brings no rules into force, an accepted one of any kind does", async () => {
  const { at, c } = await upgraded();
  using _ = c;
  for (let i = 0; i < 2; i++) await enrolDevice(c);
  await refused(c, "identity/role", () =>
    c.submit(c.member(0).node, "identity.revoke", { identity: c.member(0).node.kid }),
  );
  assert.equal(c.record(tables.ledger)?.rules, 1);
  await c.nextTrust(() => ({ freshness: 3600 }));
  assert.deepEqual(c.record(tables.ledger), { rules: 2, time: c.now, trust: 2 });
  assert.deepEqual([entryAt(c, at).rules, entryAt(c, at).trust], [2, 2]);
});

test("a vote activates the next version only, at a later entry, and may be replaced until then", async () => {
  using c = await Consortium.ready({ rulebook });
  await refusedDecision(c, "upgrade/version", activate(1000, 3));
  // The proposal and one vote come first: this is the deciding vote's own entry.
  await refusedDecision(c, "upgrade/index", activate(c.size + 2));
  await propose(c, activate(1000), [0, 1, 2]);
  const at = c.size + 4;
  await propose(c, activate(at), [0, 1, 2]);
  assert.deepEqual(c.record(tables.upgrade), { at, rules: 2 });
  await enrolDevice(c);
  await enrolDevice(c);
  assert.equal(c.record(tables.ledger)?.rules, 2);
  await refusedDecision(c, "upgrade/version", activate(5000));
  await propose(c, activate(5000, 3), [0, 1, 2]);
  assert.deepEqual(c.record(tables.upgrade), { at: 5000, rules: 3 });
  assert.deepEqual(await enrolDevice(c), [], "version 2 stays in force meanwhile");
});

test("whoever lacks the rules stops before their entry, names them, and keeps what it has; with them it goes on", async () => {
  const { at, c } = await upgraded();
  using _ = c;
  for (let i = 0; i < 4; i++) await enrolDevice(c);
  const blocks = blocksFrom(c.replica.database, 1, 1000);
  using old = Replica.open(":memory:", nodeCrypto, c.genesisFile);
  const stop = { index: at, name: "RulesMissingError", rules: 2 };
  const before = blocks.slice(0, at - 1);
  for (const block of before) old.apply(block);
  assert.equal(old.status.size, at);
  const state = contentOf(old);
  const next = blocks[at - 1] ?? assert.fail("there is a block for the entry");
  for (const transactions of [next.transactions, [new Uint8Array([1, 2, 3])]]) {
    const attempt = () => old.apply({ ...next, transactions });
    assert.throws(attempt, RulesMissingError);
    assert.throws(attempt, stop);
  }
  assert.deepEqual(contentOf(old), state);
  using able = Replica.open(":memory:", nodeCrypto, c.genesisFile, { rulebook });
  for (const block of blocks) able.apply(block);
  assert.deepEqual(contentOf(able), contentOf(c.replica));
});

test("an audit replays both versions; one without the second says what it could not judge", async () => {
  const { at, c } = await upgraded();
  using _ = c;
  for (let i = 0; i < 4; i++) await enrolDevice(c);
  const { database, status } = c.replica;
  const report = auditDatabase(database, { crypto: nodeCrypto, rulebook });
  assert.deepEqual(report.findings, []);
  assert.deepEqual([report.size, report.root], [status.size, status.root]);
  const without = auditDatabase(database, { crypto: nodeCrypto });
  assert.deepEqual(without.counts, { "audit/replay": 1, "audit/rules": 1 });
  assert.equal(without.size, at);
});

test("a device accepts a bundle whose entry was decided by later rules", async () => {
  const { c } = await upgraded();
  using _ = c;
  await c.publish();
  await c.cosign();
  assert.equal(entryAt(c, c.size - 1).rules, 2);
  const { decision } = verifyBundle(c.bundle(), { crypto: nodeCrypto, device: c.device(), now: c.now });
  assert.equal(decision.action, "install");
});
