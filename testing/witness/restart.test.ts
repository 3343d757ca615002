import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Consortium } from "@firmament/testing/kit";
import { CutLedger } from "./cut-ledger.ts";
import { history, until, type Watched, witnessOf } from "./fakes.ts";
import { otherBlock } from "./forks.ts";

/** Runs a witness for as long as a test works. */
async function running({ witness }: Watched, work: () => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const ended = witness.run(stop.signal);
  try {
    await work();
  } finally {
    stop.abort();
    await ended;
  }
}

const codes = ({ witness }: Watched) => witness.alarms.list.map(({ code }) => code);

describe("nodes that start at one moment", () => {
  it("cosign the newest checkpoint once they have heard one another, however long nothing happened", async () => {
    using c = await Consortium.ready();
    const blocks = history(c);
    c.now += 300;
    using watched = witnessOf(c, blocks);
    watched.peers.answers = [];
    await running(watched, async () => {
      await until(() => watched.witness.replica.status.size === c.size);
      await new Promise((resolve) => setTimeout(resolve, 50));
      watched.peers.answers = [[], []];
      await until(() => watched.peers.told.length > 0);
    });
    assert.deepEqual(codes(watched), []);
  });

  it("cosign what they held already, before any further block", async () => {
    using c = await Consortium.ready();
    using watched = witnessOf(c, history(c));
    for (const block of history(c)) watched.witness.replica.apply(block);
    await running(watched, () => until(() => watched.peers.told.length > 0));
    assert.equal(watched.peers.told[0]?.size, c.size);
  });
});

describe("a node that lost its ledger for a while", () => {
  it("does not call the blocks backdated that were made meanwhile", async () => {
    using c = await Consortium.ready();
    const ledger = new CutLedger(c.ledger, history(c));
    using watched = witnessOf(c, [], { ledger });
    await running(watched, async () => {
      await until(() => watched.peers.told.length > 0);
      ledger.away = true;
      ledger.cut();
      await new Promise((resolve) => setTimeout(resolve, 20));
      c.now += 100;
      ledger.make(await otherBlock(c, history(c).length + 1));
      c.now += 200;
      ledger.away = false;
      await until(() => watched.peers.told.length > 1);
    });
    assert.deepEqual(codes(watched), []);
  });

  it("names one that cut it off and dates a block back to before that", async () => {
    using c = await Consortium.ready();
    const ledger = new CutLedger(c.ledger, history(c));
    using watched = witnessOf(c, [], { ledger });
    await running(watched, async () => {
      await until(() => watched.peers.told.length > 0);
      const backdated = await otherBlock(c, history(c).length + 1);
      c.now += 200;
      ledger.make(backdated);
      ledger.cut();
      await until(() => watched.witness.alarms.list.length > 0);
    });
    assert.deepEqual(codes(watched), ["witness/clock"]);
    assert.equal(watched.peers.told.length, 1);
  });
});

describe("a node that meets a fault of its own", () => {
  it("ends with it, whichever part of it meets it, and leaves nothing running", async () => {
    using c = await Consortium.ready();
    const full = new Error("no space left on device");
    const memory = {
      last: undefined,
      remember() {
        throw full;
      },
    };
    using watched = witnessOf(c, history(c), { memory });
    let asked = 0;
    watched.peers.collect = async function* () {
      asked++;
      yield* watched.peers.answers;
    };
    watched.peers.answers = [[]];
    const ended = watched.witness.run(new AbortController().signal);
    await until(() => asked > 0 && watched.witness.replica.status.size === c.size);
    watched.peers.answers = [[], []];
    await assert.rejects(ended, full);
    const before = asked;
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.deepEqual([watched.peers.told, asked - before], [[], 0]);
  });
});
