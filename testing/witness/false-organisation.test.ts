import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Alarms, parseAnnouncement, witnessServer } from "@firmament/agents/witness";
import { refusalsOf } from "@firmament/core/errors";
import { cosignatureMessage } from "@firmament/core/log";
import { ledgerHttpErrors } from "@firmament/ledger-http";
import { ledgerErrors } from "@firmament/replica";
import { checkpointText } from "@firmament/replica";
import { nodeCrypto } from "@firmament/crypto";
import { Consortium } from "@firmament/testing/kit";
import { CutLedger } from "./cut-ledger.ts";
import { history, runUntil, type Watched, witnessOf } from "./fakes.ts";
import { twoHistories } from "./forks.ts";

async function cosigned(watched: Watched) {
  await runUntil(watched, () => watched.peers.told.length > 0);
  const [found] = watched.peers.told;
  assert.ok(found);
  return found;
}

describe("one false organisation", () => {
  it("stops no node whose folder for proofs is full; the proof is written once there is room", async () => {
    using c = await Consortium.ready();
    const [mine, yours] = await twoHistories(c);
    using other = witnessOf(c, yours, { member: 2 });
    const theirs = await cosigned(other);
    const written: string[] = [];
    let isFull = true;
    const evidence = (name: string) => {
      if (isFull) throw new Error("no space left on device");
      written.push(name);
    };
    using watched = witnessOf(c, mine, { evidence });
    await cosigned(watched);
    for (isFull of [true, false, false]) {
      assert.throws(() => watched.witness.receive(theirs), { code: "witness/other-history" });
    }
    assert.equal(written.length, 1);
    assert.equal(watched.witness.alarms.list.length, 1);
  });

  it("whose delegation has ended by its own stamp counts for no quorum", async () => {
    using c = await Consortium.ready();
    using watched = witnessOf(c, history(c));
    for (const block of history(c)) watched.witness.replica.apply(block);
    const { database, status } = watched.witness.replica;
    const theirs = await cosigned(witnessOf(c, history(c), { member: 2 }));
    const { cosigner, name } = c.member(2);
    const until =
      c
        .view()
        .trust()
        .organisations.find((each) => each.name === name)?.cosigners[0]?.until ?? 0;
    const text = checkpointText(database, nodeCrypto, c.ledger, status.size);
    const stamped = async (time: number) => {
      return { ...theirs, signature: await cosigner.sign(cosignatureMessage(time, text)), time };
    };
    const late = await stamped(until + 1);
    assert.throws(() => watched.witness.receive(late), { code: "log/cosignature-signature" });
    watched.witness.receive(await stamped(until));
    assert.equal(watched.witness.cosigner.kept.at(status.size).length, 1);
  });

  it("and the alarms about it are not pushed out by others", () => {
    const alarms = new Alarms(
      () => 1,
      () => undefined,
    );
    const refuse = refusalsOf({ ...ledgerErrors, ...ledgerHttpErrors });
    alarms.raise("first", refuse("ledger/height"));
    for (let i = 0; i < 1000; i++) alarms.raise(String(i), refuse("ledger/busy"));
    assert.ok(alarms.list.some(({ code }) => code === "ledger/height"));
    assert.equal(alarms.list.length, 65);
  });
});

describe("a node whose whole disk is old", () => {
  it("learns what it cosigned from a node that was shown another history, or has not come so far", async () => {
    using c = await Consortium.ready();
    const [mine, yours] = await twoHistories(c);
    using before = witnessOf(c, mine, { member: 3 });
    const forgotten = await cosigned(before);
    using behind = witnessOf(c, [], { member: 1 });
    using elsewhere = witnessOf(c, yours, { member: 2 });
    await cosigned(elsewhere);
    assert.throws(() => behind.witness.receive(forgotten), { code: "replica/range" });
    assert.throws(() => elsewhere.witness.receive(forgotten), { code: "witness/other-history" });
    for (const peer of [behind, elsewhere]) {
      const server = witnessServer(peer.witness, peer.ledger, () => Promise.resolve());
      const told = (await server.inject("/v1/cosignatures")).json<unknown[]>().map(parseAnnouncement);
      using again = witnessOf(c, yours, { member: 3 });
      again.peers.answers = [told, []];
      await assert.rejects(again.witness.run(new AbortController().signal), { code: "witness/two-histories" });
      assert.deepEqual(again.peers.told, []);
    }
  });

  it("learns it from whoever brings it, later too", async () => {
    using c = await Consortium.ready();
    const blocks = history(c);
    using before = witnessOf(c, blocks);
    const forgotten = await cosigned(before);
    using again = witnessOf(c, blocks.slice(0, -1));
    await cosigned(again);
    assert.throws(() => again.witness.receive(forgotten), { code: "replica/range" });
    await assert.rejects(again.witness.cosigner.cosign(), { code: "witness/behind" });
  });
});

describe("a false ledger", () => {
  it("cannot hide a node's alarms by not answering", async () => {
    using c = await Consortium.ready();
    const ledger = new CutLedger(c.ledger, history(c));
    ledger.away = true;
    using watched = witnessOf(c, [], { ledger });
    watched.witness.alarms.raise("it", refusalsOf(ledgerErrors)("ledger/unavailable"));
    const server = witnessServer(watched.witness, ledger, () => Promise.resolve());
    const answer = await server.inject("/v1/status");
    assert.deepEqual([answer.statusCode, answer.json<{ alarms: unknown[] }>().alarms.length], [200, 1]);
  });
});
