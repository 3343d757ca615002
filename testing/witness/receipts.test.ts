import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { WitnessContent } from "@firmament/agents/witness";
import { toBase64url } from "@firmament/core/bytes";
import { decodeTransaction, receiptKey } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { Consortium, type TestOrganisation } from "@firmament/testing/kit";
import { FakeLedger } from "./fake-ledger.ts";
import { history, until, witnessOf } from "./fakes.ts";

/** A store that holds one image, whatever is asked for. */
const holding = (image: Uint8Array): WitnessContent => ({
  obtain: (_content, key) => Promise.resolve(nodeCrypto.hmacSha256(key, image)),
  mac: (_cid, key) => Promise.resolve(nodeCrypto.hmacSha256(key, image)),
});

/** A release that members 1 and 3 hold, and of which member 2 filed a receipt over other bytes. */
async function lazyReceipt(c: Consortium) {
  const prepared = await c.prepare();
  const release = await c.register(prepared);
  await c.store(release, prepared.image, [1]);
  await c.store(release, new Uint8Array(prepared.image.length), [2]);
  await c.store(release, prepared.image, [3]);
  return { image: prepared.image, lazy: c.member(2), release };
}

// What a member's node, with these bytes in its store, makes of the ledger's history.
async function watched(c: Consortium, member: number, image: Uint8Array, alarms: number) {
  const ledger = new FakeLedger(c.ledger, history(c));
  using node = witnessOf(c, [], { content: holding(image), ledger, member });
  const stop = new AbortController();
  const running = node.witness.run(stop.signal);
  await until(() => node.witness.alarms.list.length === alarms && disputesIn(ledger).length === alarms);
  await until(() => node.witness.replica.status.size === c.size);
  stop.abort();
  await running;
  return { alarms: node.witness.alarms.list, disputes: disputesIn(ledger) };
}

function macOf(release: string, { node }: TestOrganisation, image: Uint8Array): string {
  return toBase64url(nodeCrypto.hmacSha256(receiptKey(release, node.kid), image));
}

// A node that follows a history from its start files receipts of its own on the way.
const disputesIn = ({ submitted }: FakeLedger) =>
  submitted.filter((bytes) => decodeTransaction(nodeCrypto, bytes).type === "storage.dispute");

const receiptsOf = (c: Consortium, release: string) => c.release(release).receipts.map((each) => each.organisation);

describe("a node that holds what others say they hold", () => {
  it("disputes a false storage receipt with the value of its own copy; two that do void it", async () => {
    using c = await Consortium.ready();
    const { image, lazy, release } = await lazyReceipt(c);
    const found = [await watched(c, 1, image, 1), await watched(c, 3, image, 1)];
    for (const { alarms, disputes } of found) {
      assert.deepEqual(
        alarms.map(({ code }) => code),
        ["witness/false-receipt"],
      );
      const [bytes] = disputes;
      assert.ok(bytes);
      const { body } = decodeTransaction(nodeCrypto, bytes);
      assert.deepEqual(body, { kid: lazy.node.kid, mac: macOf(release, lazy, image), release });
      c.apply(bytes);
    }
    assert.deepEqual(receiptsOf(c, release), [c.member(1).name, c.member(3).name]);
  });

  it("raises no alarm over true receipts", async () => {
    using c = await Consortium.ready();
    const prepared = await c.prepare();
    const release = await c.register(prepared);
    await c.store(release, prepared.image, [1, 2, 3]);
    assert.deepEqual((await watched(c, 1, prepared.image, 0)).disputes, []);
  });

  it("disputes nothing before it has a receipt of its own", async () => {
    using c = await Consortium.ready();
    const prepared = await c.prepare();
    const release = await c.register(prepared);
    await c.store(release, new Uint8Array(3), [2]);
    assert.deepEqual((await watched(c, 0, prepared.image, 0)).disputes, []);
  });
});
