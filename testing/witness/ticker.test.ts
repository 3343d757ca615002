import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeTransaction } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { Consortium, DAY } from "@firmament/testing/kit";
import { FakeLedger } from "./fake-ledger.ts";
import { history, until, witnessOf } from "./fakes.ts";

describe("a node on a ledger where nothing happens", () => {
  it("ticks once its newest entry is a third of the freshness limit old, and not before", async () => {
    using c = await Consortium.ready();
    const ledger = new FakeLedger(c.ledger, history(c));
    using watched = witnessOf(c, [], { ledger });
    c.now += DAY / 3 - 1;
    // The fake ledger's answer to any transaction is a fault, which ends the node.
    const ended = assert.rejects(
      watched.witness.run(new AbortController().signal),
      /a fake ledger takes no transaction/,
    );
    await until(() => watched.witness.replica.status.size === c.size);
    assert.deepEqual(ledger.submitted, []);
    c.now += 1;
    await until(() => ledger.submitted.length > 0);
    await ended;
    const [tick] = ledger.submitted;
    assert.ok(tick);
    assert.equal(decodeTransaction(nodeCrypto, tick).type, "tick");
    const before = c.size;
    c.apply(tick);
    assert.equal(c.size, before + 1);
  });
});
