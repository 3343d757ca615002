import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { witnessServer } from "@firmament/agents/witness";
import { Refusal } from "@firmament/core/errors";
import { nodeCrypto } from "@firmament/crypto";
import { type Block, Cosignatures } from "@firmament/replica";
import { Consortium, newSigner } from "@firmament/testing/kit";
import { history, until, witnessOf } from "./fakes.ts";

describe("a witness", () => {
  it("[S0-5] executes every block again, reaches the same root and tells the others its cosignature", async () => {
    using c = await Consortium.ready();
    using watched = witnessOf(c, history(c));
    const stop = new AbortController();
    const running = watched.witness.run(stop.signal);
    await until(() => watched.peers.told.length > 0);
    stop.abort();
    await running;
    assert.deepEqual(watched.witness.replica.status, c.replica.status);
    assert.equal(watched.peers.told[0]?.size, c.size);
  });

  it("[S0-5] stops at a block that its own rules refuse, and cosigns nothing of it", async () => {
    using c = await Consortium.ready();
    const honest = history(c);
    const stranger = await newSigner();
    const forged: Block = {
      height: honest.length + 1,
      time: c.now,
      transactions: [await c.transaction(stranger, "identity.enrol", { key: stranger.key, roles: ["admin"] })],
    };
    using watched = witnessOf(c, [...honest, forged]);
    const isDivergence = (cause: unknown) => cause instanceof Refusal && cause.code === "replica/divergence";
    await assert.rejects(watched.witness.run(new AbortController().signal), isDivergence);
    assert.deepEqual(watched.peers.told, []);
    assert.equal(watched.witness.replica.status.size, c.size);
  });

  it("a history without one transaction has another root: its cosignature counts for nobody else", async () => {
    using c = await Consortium.ready();
    const honest = history(c);
    const hidden = honest.filter((block) => block.height !== 2).map((block, i) => ({ ...block, height: i + 1 }));
    using watched = witnessOf(c, hidden);
    const stop = new AbortController();
    const running = watched.witness.run(stop.signal);
    await until(() => watched.peers.told.length > 0);
    stop.abort();
    await running;
    const [told] = watched.peers.told;
    assert.ok(told);
    const kept = new Cosignatures(c.replica.database, nodeCrypto, c.ledger);
    const isFalse = (cause: unknown) => cause instanceof Refusal && cause.code === "log/cosignature-signature";
    assert.throws(() => kept.add(c.view().trust(), told.size, told), isFalse);
  });

  it("does not apply a block from the future: its replica would be stuck there", async () => {
    using c = await Consortium.ready();
    const before = c.size;
    const enrolment = { key: (await newSigner()).key, roles: ["auditor"] } as const;
    c.apply(await c.transaction(c.member(0).admin, "identity.enrol", enrolment, c.now + 7200), c.now + 7000);
    using watched = witnessOf(c, history(c));
    const stop = new AbortController();
    const running = watched.witness.run(stop.signal);
    await until(() => watched.witness.replica.status.size === before);
    stop.abort();
    await running;
    assert.equal(watched.witness.replica.status.size, before);
    assert.equal(watched.witness.fault, undefined);
  });

  it("serves checkpoint and cosignatures, keeps true ones of others and refuses false ones", async () => {
    using c = await Consortium.ready();
    using watched = witnessOf(c, history(c));
    using other = witnessOf(c, history(c), { member: 2 });
    for (const each of [watched, other]) for (const block of history(c)) each.witness.replica.apply(block);
    const server = witnessServer(watched.witness, watched.ledger, () => Promise.resolve());
    const empty = await server.inject({ url: "/v1/checkpoint" });
    assert.equal(empty.json<{ code: string }>().code, "witness/no-checkpoint");
    for (const each of [watched, other]) each.witness.cosigner.recalled();
    const theirs = await other.witness.cosigner.cosign();
    assert.ok(theirs);
    watched.witness.receive(theirs);
    await watched.witness.cosigner.cosign();
    const note = await server.inject({ url: "/v1/checkpoint" });
    assert.equal(note.body.split("\n").filter((line) => line.startsWith("— ")).length, 2);
    const falseOne = { ...theirs, time: theirs.time + 1 };
    const signature = Buffer.from(falseOne.signature).toString("base64url");
    const posted = await server.inject({
      method: "POST",
      url: "/v1/cosignatures",
      payload: { ...falseOne, root: Buffer.from(falseOne.root).toString("base64url"), signature },
    });
    assert.equal(posted.json<{ code: string }>().code, "log/cosignature-signature");
    const garbage = await server.inject({
      method: "POST",
      url: "/v1/cosignatures",
      payload: "{",
      headers: { "content-type": "application/json" },
    });
    assert.equal(garbage.json<{ code: string }>().code, "witness/form");
    watched.witness.replica.database.exec("DROP TABLE cosignatures");
    const faulty = await server.inject({ url: "/v1/cosignatures" });
    assert.deepEqual([faulty.statusCode, faulty.json<{ code: string }>().code], [500, "witness/fault"]);
  });
});
