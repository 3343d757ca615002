import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Alarms, Carrier, carrierLimits } from "@firmament/agents/witness";
import { Refusal, refusalsOf } from "@firmament/core/errors";
import { ledgerHttpErrors } from "@firmament/ledger-http";
import { SqliteLedger } from "@firmament/ledger-sqlite";
import { ledgerErrors } from "@firmament/replica";
import type { Ledger, Replica } from "@firmament/replica";
import { Consortium, newSigner } from "@firmament/testing/kit";
import { history } from "./fakes.ts";
import { otherBlock, replicaOf } from "./forks.ts";
import { UnfairLedger } from "./unfair-ledger.ts";

const coded = (code: string) => (cause: unknown) => cause instanceof Refusal && cause.code === code;
const refuse = refusalsOf({ ...ledgerErrors, ...ledgerHttpErrors });
const patience = 0.3;

interface Carried {
  readonly carrier: Carrier;
  readonly alarms: Alarms;
  readonly replica: Replica;
}

function carrierOf(c: Consortium, ledger: Ledger, replica: Replica): Carried {
  const clock = () => c.now;
  const alarms = new Alarms(clock, () => undefined);
  return { alarms, carrier: new Carrier({ alarms, clock, ledger, patience, replica }), replica };
}

async function enrolment(c: Consortium, expires?: number): Promise<Uint8Array> {
  const { key } = await newSigner();
  return c.transaction(c.member(0).admin, "identity.enrol", { key, roles: ["auditor"] }, expires);
}

const never = new AbortController().signal;
const codes = ({ alarms }: Carried) => alarms.list.map(({ code }) => code);

describe("a node that carries a transaction", () => {
  it("resolves with its own receipt once its own replica holds the transaction", async () => {
    using c = await Consortium.ready();
    using sequencer = replicaOf(c, history(c));
    using replica = replicaOf(c, history(c));
    await using ledger = new SqliteLedger(sequencer, () => c.now);
    const found = carrierOf(c, ledger, replica);
    const stop = new AbortController();
    const following = (async () => {
      for await (const block of ledger.blocks(replica.status.height + 1, stop.signal)) replica.apply(block);
    })();
    const transaction = await enrolment(c);
    const receipt = await found.carrier.carry(transaction, never);
    assert.equal(receipt.index, c.size);
    assert.deepEqual(await found.carrier.carry(transaction, never), receipt);
    assert.equal(replica.status.size, c.size + 1);
    assert.deepEqual(codes(found), []);
    stop.abort();
    await following;
  });

  it("refuses by its own rules before it asks the ledger", async () => {
    using c = await Consortium.ready();
    using replica = replicaOf(c, history(c));
    const ledger = new UnfairLedger(c.size, () => assert.fail("the ledger was asked"));
    const { carrier } = carrierOf(c, ledger, replica);
    await assert.rejects(carrier.carry(await enrolment(c, c.now - 1), never), coded("transaction/expired"));
    await assert.rejects(carrier.carry(new Uint8Array(3), never), coded("codec/json"));
    assert.equal(replica.status.size, c.size);
  });

  it("names a sequencer that refuses what the rules accept", async () => {
    using c = await Consortium.ready();
    using replica = replicaOf(c, history(c));
    const excuse = refuse("ledger/height");
    const unfair = new Refusal("identity/role", { status: 403, rule: "no", remedy: "none" }, "");
    for (const answer of [unfair, excuse]) {
      const found = carrierOf(c, new UnfairLedger(c.size, () => Promise.reject(answer)), replica);
      const carried = found.carrier.carry(await enrolment(c), never);
      if (answer === unfair) {
        await assert.rejects(carried, coded("witness/censored"));
        assert.deepEqual(codes(found), ["witness/censored"]);
      } else await assert.rejects(carried, coded("ledger/height"));
    }
  });

  it("names a sequencer that is always busy for this one while it makes blocks for others", async () => {
    using c = await Consortium.ready();
    using replica = replicaOf(c, history(c));
    const found = carrierOf(c, new UnfairLedger(c.size, () => Promise.reject(refuse("ledger/busy"))), replica);
    const carried = found.carrier.carry(await enrolment(c), never);
    replica.apply(await otherBlock(c, replica.status.height + 1));
    await assert.rejects(carried, coded("witness/censored"));
    assert.deepEqual(codes(found), ["witness/censored"]);
  });

  it("names a sequencer that acknowledges and shows no block", async () => {
    using c = await Consortium.ready();
    using replica = replicaOf(c, history(c));
    const receipt = { height: 9, index: 9, result: {}, time: c.now, transaction: "x" };
    const found = carrierOf(c, new UnfairLedger(c.size, () => Promise.resolve(receipt)), replica);
    await assert.rejects(found.carrier.carry(await enrolment(c), never), coded("witness/censored"));
    assert.deepEqual(codes(found), ["witness/censored"]);
  });

  it("accuses nobody who stands still, nor one who refuses for what this node has not seen yet or for a clock", async () => {
    using c = await Consortium.ready();
    using replica = replicaOf(c, history(c));
    const still = carrierOf(c, new UnfairLedger(c.size, () => Promise.reject(refuse("ledger/unavailable"))), replica);
    await assert.rejects(still.carrier.carry(await enrolment(c), never), coded("ledger/unavailable"));
    const late = new Refusal("transaction/expired", { status: 403, rule: "late", remedy: "none" }, "");
    const clock = carrierOf(c, new UnfairLedger(c.size, () => Promise.reject(late)), replica);
    await assert.rejects(clock.carrier.carry(await enrolment(c, c.now + 30), never), coded("transaction/expired"));
    const { key } = await newSigner();
    const rival = await c.transaction(c.member(0).admin, "identity.enrol", { key, roles: ["auditor"] });
    const mine = await c.transaction(c.member(0).admin, "identity.enrol", { key, roles: ["auditor"] }, c.now + 301);
    const exists = new Refusal("identity/exists", { status: 409, rule: "there", remedy: "none" }, "");
    const seen = carrierOf(c, new UnfairLedger(c.size + 1, () => Promise.reject(exists)), replica);
    const carried = seen.carrier.carry(mine, never);
    setTimeout(() => replica.apply({ height: replica.status.height + 1, time: c.now, transactions: [rival] }), 60);
    await assert.rejects(carried, coded("identity/exists"));
    assert.deepEqual([still, clock, seen].flatMap(codes), []);
  });

  it("carries a bounded number at a time", async () => {
    using c = await Consortium.ready();
    using replica = replicaOf(c, history(c));
    const ledger = new UnfairLedger(c.size, () => Promise.reject(refuse("ledger/busy")));
    const { carrier } = carrierOf(c, ledger, replica);
    const transaction = await enrolment(c);
    const carried = Array.from({ length: carrierLimits.maxCarried }, () => carrier.carry(transaction, never));
    const settled = Promise.allSettled(carried);
    await assert.rejects(carrier.carry(transaction, never), coded("witness/busy"));
    await settled;
  });
});
