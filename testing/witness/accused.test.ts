import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Alarms, Carrier } from "@firmament/agents/witness";
import { Refusal, refusalsOf } from "@firmament/core/errors";
import { ledgerErrors } from "@firmament/replica";
import type { Block, Ledger, Replica } from "@firmament/replica";
import { Consortium, newSigner } from "@firmament/testing/kit";
import { history } from "./fakes.ts";
import { otherBlock, replicaOf } from "./forks.ts";
import { UnfairLedger } from "./unfair-ledger.ts";

const refuse = refusalsOf(ledgerErrors);
const never = new AbortController().signal;
const exists = new Refusal("identity/exists", { status: 409, rule: "there", remedy: "none" }, "");

/** Shows one more block than the replica has, to whoever asks. */
class FurtherLedger extends UnfairLedger {
  further: Block | undefined;
  override async *blocks(): AsyncIterable<Block> {
    if (this.further !== undefined) yield this.further;
  }
}

function carrierOf(c: Consortium, ledger: Ledger, replica: Replica) {
  const clock = () => c.now;
  const alarms = new Alarms(clock, () => undefined);
  return { alarms, carrier: new Carrier({ alarms, clock, ledger, patience: 0.3, replica }) };
}

async function enrolment(c: Consortium): Promise<Uint8Array> {
  const { key } = await newSigner();
  return c.transaction(c.member(0).admin, "identity.enrol", { key, roles: ["auditor"] });
}

describe("a node that carries a transaction accuses no honest ledger", () => {
  it("that refused for what lies in blocks which its own replica still has before it", async () => {
    using c = await Consortium.ready();
    using replica = replicaOf(c, history(c));
    const ledger = new FurtherLedger(c.size + 1000, () => Promise.reject(exists));
    ledger.further = await otherBlock(c, replica.status.height + 1);
    const { alarms, carrier } = carrierOf(c, ledger, replica);
    await assert.rejects(carrier.carry(await enrolment(c), never), { code: "identity/exists" });
    assert.deepEqual(alarms.list, []);
  });

  it("that acknowledged, and showed the block where its own replica has not come to yet", async () => {
    using c = await Consortium.ready();
    using replica = replicaOf(c, history(c));
    const receipt = { height: 900, index: 1000, result: {}, time: c.now, transaction: "x" };
    const ledger = new FurtherLedger(1001, () => Promise.resolve(receipt));
    ledger.further = await otherBlock(c, replica.status.height + 1);
    const { alarms, carrier } = carrierOf(c, ledger, replica);
    await assert.rejects(carrier.carry(await enrolment(c), never), { code: "witness/behind" });
    assert.deepEqual(alarms.list, []);
  });

  it("that refused and then went away", async () => {
    using c = await Consortium.ready();
    using replica = replicaOf(c, history(c));
    const ledger = new UnfairLedger(c.size + 1, () => Promise.reject(exists));
    ledger.status = () => Promise.reject(refuse("ledger/unavailable"));
    const { alarms, carrier } = carrierOf(c, ledger, replica);
    await assert.rejects(carrier.carry(await enrolment(c), never), { code: "identity/exists" });
    assert.deepEqual(alarms.list, []);
  });

  it("that is gone while its own replica still applies what came before", async () => {
    using c = await Consortium.ready();
    using replica = replicaOf(c, history(c));
    const ledger = new UnfairLedger(c.size, () => Promise.reject(refuse("ledger/unavailable")));
    ledger.status = () => Promise.reject(refuse("ledger/unavailable"));
    const { alarms, carrier } = carrierOf(c, ledger, replica);
    const carried = carrier.carry(await enrolment(c), never);
    replica.apply(await otherBlock(c, replica.status.height + 1));
    await assert.rejects(carried, { code: "ledger/unavailable" });
    assert.deepEqual(alarms.list, []);
  });
});

describe("a node that carries a transaction", () => {
  it("asks again after the blocks that were new to it: what was refused may be allowed by now", async () => {
    using c = await Consortium.ready();
    using replica = replicaOf(c, history(c));
    const transaction = await enrolment(c);
    const next = (bytes: Uint8Array) => {
      replica.apply({ height: replica.status.height + 1, time: c.now, transactions: [bytes] });
    };
    let asked = 0;
    const ledger = new UnfairLedger(c.size + 1, () => {
      if (asked++ === 0) return Promise.reject(exists);
      next(transaction);
      return Promise.resolve({ height: 1, index: c.size + 1, result: {}, time: c.now, transaction: "x" });
    });
    const { alarms, carrier } = carrierOf(c, ledger, replica);
    const carried = carrier.carry(transaction, never);
    next(await enrolment(c));
    assert.equal((await carried).index, c.size + 1);
    assert.deepEqual([asked, alarms.list], [2, []]);
  });

  it("names a ledger that claims entries which it shows nobody", async () => {
    using c = await Consortium.ready();
    using replica = replicaOf(c, history(c));
    const ledger = new UnfairLedger(Number.MAX_SAFE_INTEGER, () => Promise.reject(exists));
    const { alarms, carrier } = carrierOf(c, ledger, replica);
    await assert.rejects(carrier.carry(await enrolment(c), never), { code: "witness/censored" });
    assert.equal(alarms.list.length, 1);
  });

  it("answers from its own replica for one that it holds, whatever the ledger does", async () => {
    using c = await Consortium.ready();
    const transaction = await enrolment(c);
    const { height, index, transaction: id } = c.apply(transaction);
    using replica = replicaOf(c, history(c));
    const ledger = new UnfairLedger(c.size, () => assert.fail("the ledger was asked"));
    const { carrier } = carrierOf(c, ledger, replica);
    const receipt = await carrier.carry(transaction, never);
    assert.deepEqual([receipt.height, receipt.index, receipt.transaction], [height, index, id]);
  });

  it("executes it again after a block only, however often it looks", async () => {
    using c = await Consortium.ready();
    using replica = replicaOf(c, history(c));
    let begun = 0;
    const begin = replica.begin.bind(replica);
    replica.begin = (time) => (begun++, begin(time));
    const ledger = new UnfairLedger(c.size + 1, () => Promise.reject(exists));
    const { carrier } = carrierOf(c, ledger, replica);
    await assert.rejects(carrier.carry(await enrolment(c), never), { code: "witness/censored" });
    assert.ok(begun < 10, `it executed ${begun} times`);
  });
});
