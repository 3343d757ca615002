import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Refusal } from "@firmament/core/errors";
import { Consortium } from "@firmament/testing/kit";
import { FakeLedger } from "./fake-ledger.ts";
import { FakeMemory, history, runUntil, until, witnessOf } from "./fakes.ts";
import { replicaOf, twoHistories } from "./forks.ts";

const coded = (code: string) => (cause: unknown) => cause instanceof Refusal && cause.code === code;

/** What member 3 cosigned at the end of the consortium's history, and the memory that it kept of it. */
async function before(c: Consortium) {
  using watched = witnessOf(c, history(c));
  await runUntil(watched, () => watched.peers.told.length > 0);
  const [announcement] = watched.peers.told;
  assert.ok(announcement);
  return { announcement, memory: watched.memory };
}

describe("a node restored from an old backup", () => {
  it("refuses to cosign until it has caught up with what its own memory says", async () => {
    using c = await Consortium.ready();
    const { memory } = await before(c);
    const blocks = history(c);
    using watched = witnessOf(c, blocks.slice(0, -1), { memory });
    for (const block of blocks.slice(0, -1)) watched.witness.replica.apply(block);
    watched.witness.cosigner.recalled();
    await assert.rejects(watched.witness.cosigner.cosign(), coded("witness/behind"));
    await assert.rejects(watched.witness.cosigner.answerNonce("AAAAAAAAAAAAAAAAAAAAAA"), coded("witness/behind"));
    const last = blocks.at(-1);
    assert.ok(last);
    watched.witness.replica.apply(last);
    assert.equal((await watched.witness.cosigner.cosign())?.size, c.size);
  });

  it("whose whole disk is old learns from the others what it cosigned", async () => {
    using c = await Consortium.ready();
    const { announcement } = await before(c);
    using watched = witnessOf(c, history(c).slice(0, -1));
    watched.peers.answers = [[announcement], []];
    const stop = new AbortController();
    const running = watched.witness.run(stop.signal);
    await until(() => watched.memory.last?.size === c.size);
    await until(() => watched.witness.replica.status.height === history(c).length - 1);
    await assert.rejects(watched.witness.cosigner.cosign(), coded("witness/behind"));
    stop.abort();
    await running;
    assert.deepEqual(watched.peers.told, []);
  });

  it("cosigns no other history than before, whoever shows it one", async () => {
    using c = await Consortium.ready();
    const [first, second] = await twoHistories(c);
    using true1 = replicaOf(c, first);
    const memory = new FakeMemory();
    memory.remember(true1.status);
    using watched = witnessOf(c, second, { memory });
    await assert.rejects(watched.witness.run(new AbortController().signal), coded("witness/two-histories"));
    assert.deepEqual(watched.peers.told, []);
    assert.equal(watched.memory.last?.size, true1.status.size);
  });

  it("cosigns nothing, and signs no nonce, before the nodes of a quorum have answered", async () => {
    using c = await Consortium.ready();
    using watched = witnessOf(c, history(c));
    watched.peers.answers = [[]];
    const stop = new AbortController();
    const running = watched.witness.run(stop.signal);
    await until(() => watched.witness.replica.status.size === c.size);
    await assert.rejects(watched.witness.cosigner.cosign(), coded("witness/recalling"));
    await assert.rejects(watched.witness.cosigner.answerNonce("AAAAAAAAAAAAAAAAAAAAAA"), coded("witness/recalling"));
    assert.deepEqual(watched.peers.told, []);
    watched.peers.answers = [[], []];
    await until(() => watched.peers.told.length === 1);
    stop.abort();
    await running;
  });

  it("believes no peer that gives it a cosignature which is not its own", async () => {
    using c = await Consortium.ready();
    const { announcement } = await before(c);
    const forged = { ...announcement, size: announcement.size + 1000 };
    using watched = witnessOf(c, history(c), { ledger: new FakeLedger(c.ledger, history(c)) });
    watched.peers.answers = [[forged], [forged], [{ ...announcement, keyId: "00000000" }]];
    await runUntil(watched, () => watched.peers.told.length > 0);
    assert.equal(watched.memory.last?.size, c.size);
  });
});
