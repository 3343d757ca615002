import { test } from "node:test";
import assert from "node:assert/strict";
import { Cosigner } from "@firmament/agents/witness";
import { toBase64url } from "@firmament/core/bytes";
import { decodeEntry, type LogEntry } from "@firmament/core/log";
import { captured } from "../attacks/forge/captured.ts";
import { cosigningKey } from "../attacks/forge/cosign.ts";
import { changeClassPart, classPartOf } from "../attacks/forge/edit.ts";
import { Consortium, DAY } from "../kit/index.ts";
import { FakeMemory } from "../witness/fakes.ts";
import { after, published, recosigned } from "./support/scenes.ts";
import { assertInstalls, assertRefused, type Given, verdictOf } from "./support/verdicts.ts";

/** The device as it stands after it accepted the bundle. */
function having(given: Given): Given {
  return { ...given, device: { ...given.device, ...verdictOf(given).next } };
}

test("a log entry has a fixed form: ledger, rules, trust, time, transaction id, outcome digest, state root", async () => {
  using c = await Consortium.ready();
  await c.publish();
  const row = c.replica.database.prepare("SELECT bytes FROM entries ORDER BY idx DESC LIMIT 1").get();
  assert.ok(row?.["bytes"] instanceof Uint8Array);
  const members: (keyof LogEntry)[] = ["ledger", "outcome", "root", "rules", "time", "transaction", "trust"];
  assert.deepEqual(Object.keys(decodeEntry(row["bytes"])), members);
});

test("a proof about the present is valid only from the last entry: whatever of the entry differs, it is not that one", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  const digest = toBase64url(new Uint8Array(32));
  const changes = [{ rules: 2 }, { time: c.now - 1 }, { transaction: digest }, { outcome: digest }, { root: digest }];
  for (const change of changes) {
    const bytes = changeClassPart(given.bytes, ({ entry }) => ({ entry: { ...entry, ...change } }));
    assertRefused("bundle/entry-not-last", { ...given, bytes });
  }
  assertRefused("bundle/entry-not-last", {
    ...given,
    bytes: await recosigned(
      c,
      changeClassPart(given.bytes, () => ({ size: 0 })),
      [0, 1, 2],
    ),
  });
});

test("the age of a proof about the present is the last entry's time, not a cosignature's", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  const late = c.now + DAY + 1;
  assertRefused("bundle/entry-stale", {
    ...given,
    bytes: await recosigned(c, given.bytes, [0, 1, 2], late),
    now: late,
  });
  const old = await recosigned(c, given.bytes, [0, 1, 2], c.now - 30 * DAY);
  assertInstalls("1.0.0", { ...given, bytes: old, now: c.now + DAY });
});

test("organisations cosign never when their last entry is older than half the freshness limit", async () => {
  using c = await Consortium.ready();
  await c.publish();
  const { cosigner, name, node } = c.member(0);
  let now = c.now + DAY / 2 + 1;
  const witness = new Cosigner(c.replica, { cosigner, node, organisation: name }, new FakeMemory(), () => now);
  witness.recalled();
  await assert.rejects(() => witness.cosign(), { code: "witness/stale" });
  now = c.now + DAY / 2;
  assert.equal((await witness.cosign())?.size, c.size);
});

test("a checkpoint that is smaller than the one last seen is refused, and so is another root of the same size", async () => {
  using c = await Consortium.ready();
  const older = await published(c);
  const newer = having({
    ...older,
    bytes: await after(c, c.publish({ sequence: c.now * 1000 + 1, version: "1.1.0" })),
  });
  assertInstalls("1.1.0", newer);
  assertRefused("bundle/checkpoint-older", { ...newer, bytes: older.bytes });
  const forked = await captured(c, newer.bytes, ({ base }) => ({ base: base - 1 }));
  assert.equal(classPartOf(forked).size, classPartOf(newer.bytes).size);
  assertRefused("bundle/checkpoint-fork", { ...newer, bytes: forked });
});

test("without consistency proofs in the trust root a larger checkpoint is the quorum's word", async () => {
  using c = await Consortium.ready();
  const seen = having(await published(c));
  const forked = await captured(c, seen.bytes, ({ base }) => ({ base: base - 1, fillers: 1 }));
  assertInstalls("1.0.0", { ...seen, bytes: forked });
  const proven = changeClassPart(forked, ({ root }) => ({ consistency: [{ path: new Uint8Array(0), root, size: 1 }] }));
  assertRefused("bundle/surplus", { ...seen, bytes: proven });
});

test("where the trust root demands it a larger checkpoint is proven from the very one last seen", async () => {
  using c = await Consortium.ready({ consistency: true });
  const seen = having(await published(c));
  await after(c, c.publish({ sequence: c.now * 1000 + 1, version: "1.1.0" }));
  const { size } = seen.device.seen;
  const given = { ...seen, bytes: c.bundle("sensor", { from: [size] }) };
  assertInstalls("1.1.0", given);
  assertRefused("bundle/consistency-missing", { ...given, bytes: c.bundle("sensor", { from: [size - 1] }) });
  const other = changeClassPart(given.bytes, ({ consistency }) => ({ consistency: consistency.slice(0, 0) }));
  assertRefused("bundle/consistency-missing", { ...given, bytes: other });
});

test("a fork that proves itself from a checkpoint of its own is another root of the size last seen", async () => {
  using c = await Consortium.ready({ consistency: true });
  const seen = having(await published(c));
  const { size } = seen.device.seen;
  const forked = await captured(c, seen.bytes, () => ({ base: size - 1, consistency: [size], fillers: 3 }));
  assertRefused("bundle/checkpoint-fork", { ...seen, bytes: forked });
});

test("one static bundle serves devices that saw any of the class's last 8 published sizes", async () => {
  using c = await Consortium.ready({ consistency: true });
  const seen: Given[] = [];
  for (let i = 0; i < 10; i++) {
    c.now += 60;
    await after(c, c.publish({ version: `1.${i}.0` }));
    seen.push(having({ bytes: c.bundle(), device: c.device(), now: c.now }));
  }
  const bytes = await after(c, c.publish({ sequence: c.now * 1000 + 1, version: "2.0.0" }));
  assert.equal(classPartOf(bytes).consistency.length, 8);
  for (const given of seen.slice(2)) assertInstalls("2.0.0", { ...given, bytes, now: c.now });
  for (const given of seen.slice(0, 2)) assertRefused("bundle/consistency-missing", { ...given, bytes, now: c.now });
});

test("consistency proofs stand in rising size, each below the bundle's and each true", async () => {
  using c = await Consortium.ready({ consistency: true });
  const given = await published(c);
  const bytes = c.bundle("sensor", { from: [3, 7, 12] });
  assertInstalls("1.0.0", { ...given, bytes });
  const reversed = changeClassPart(bytes, ({ consistency }) => ({ consistency: consistency.toReversed() }));
  assertRefused("bundle/surplus", { ...given, bytes: reversed });
  const doubled = changeClassPart(bytes, ({ consistency }) => ({
    consistency: [...consistency.slice(0, 1), ...consistency],
  }));
  assertRefused("bundle/surplus", { ...given, bytes: doubled });
  const cut = changeClassPart(bytes, ({ consistency }) => ({
    consistency: consistency.map((each) => ({ ...each, path: each.path.subarray(32) })),
  }));
  assertRefused("log/consistency-length", { ...given, bytes: cut });
});

const successor = (ledger: string) => ledger.replace("registry", "registry2");

test("a device follows the trust root to its ledger's successor, and does not come back", async () => {
  using c = await Consortium.ready();
  const first = having(await published(c));
  const next = successor(c.ledger);
  await c.nextTrust(({ ledgers }) => ({
    ledgers: [...ledgers.map(({ id }) => ({ id, successor: next })), { id: next }],
  }));
  await c.cosign([0, 1, 2]);
  const here = { ...first, bytes: c.bundle() };
  assertInstalls("1.0.0", here);
  const bytes = await moved(c, here.bytes, next);
  assertInstalls("1.0.0", { ...here, bytes });
  assert.equal(verdictOf({ ...here, bytes }).next.ledger, next);
  assertRefused("bundle/ledger", { ...here, device: { ...here.device, ledger: next } });
});

test("a ledger that the trust root does not name, or names without a successor, is refused", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  assertRefused("bundle/ledger", { ...given, bytes: await moved(c, given.bytes, successor(c.ledger)) });
  assertRefused("bundle/ledger", { ...given, device: { ...given.device, ledger: successor(c.ledger) } });
});

/** The bundle as the successor ledger's organisations would cosign it. */
async function moved(c: Consortium, bytes: Uint8Array, origin: string): Promise<Uint8Array> {
  const cosigners = [0, 1, 2].map((i) => cosigningKey(c.member(i)));
  return captured(
    c,
    changeClassPart(bytes, () => ({ origin })),
    () => ({ cosigners }),
  );
}
