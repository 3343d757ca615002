import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fromBase64url, toBase64url, toHex } from "@firmament/core/bytes";
import { cometErrors, engineAddress, type Misbehaviour } from "@firmament/ledger-cometbft";
import { nodeCrypto } from "@firmament/crypto";
import { newSigner } from "@firmament/testing/kit";
import { AbciConnection } from "./abci-connection.ts";
import { coded, validatorsOf, initChain, enrolment, block, started, refusalOf } from "./one-application.ts";

describe("the application of a replicated ledger", () => {
  it("starts with the founders' validators and the log's first root, and with nothing else", async () => {
    await using found = await started();
    const { abci, c, one } = found;
    const { appHash } = await abci.call("initChain", initChain(c));
    assert.deepEqual(Uint8Array.from(appHash), one.replica.status.root);
    const wrong = [
      { chainId: "fm-0000000000000000" },
      { validators: validatorsOf(c).slice(1) },
      { validators: validatorsOf(c).map((each) => ({ ...each, power: 2n })) },
      { validators: [...validatorsOf(c).slice(1), { power: 1n, pubKey: { ed25519: new Uint8Array(32).fill(7) } }] },
    ];
    for (const change of wrong) {
      await using other = await started();
      await assert.rejects(other.abci.call("initChain", initChain(other.c, change)), /exception/);
      assert.ok(coded("ledger/engine-genesis")(await other.one.ledger.fault));
      assert.ok("ledger/engine-genesis" in cometErrors);
    }
  });

  it("remembers the engine's height with each block, and empty blocks leave the root as it was", async () => {
    await using found = await started();
    const { abci, applications, c, one } = found;
    const first = await abci.call("finalizeBlock", block(c, 1, [await enrolment(c)]));
    await abci.call("commit");
    await abci.call("finalizeBlock", block(c, 2, [], c.now + 30));
    await abci.call("commit");
    const empty = await abci.call("finalizeBlock", block(c, 3, [], c.now + 60));
    await abci.call("commit");
    assert.equal((await abci.call("info")).lastBlockHeight, 3n);
    assert.equal(toHex(empty.appHash), toHex(first.appHash));
    assert.equal(one.replica.status.height, 1);
    await applications.close(one);
    const again = await applications.open("one");
    using connection = await AbciConnection.open(again.abci);
    const info = await connection.call("info");
    assert.deepEqual([info.lastBlockHeight, info.appVersion], [3n, 1n]);
    assert.equal(toHex(info.lastBlockAppHash), toHex(first.appHash));
  });

  it("remembers the height at most one block late, where blocks hold nothing but what earlier ones accepted", async () => {
    await using found = await started();
    const { abci, applications, c, one } = found;
    const known = await enrolment(c);
    for (let height = 1; height <= 9; height++) {
      await abci.call("finalizeBlock", block(c, height, height % 3 === 0 ? [] : [known]));
      await abci.call("commit");
    }
    assert.equal(one.replica.status.height, 1);
    await applications.close(one);
    const again = await applications.open("one");
    using connection = await AbciConnection.open(again.abci);
    assert.ok((await connection.call("info")).lastBlockHeight >= 8n);
  });

  it("computes a block again after a death between FinalizeBlock and Commit, and comes to the same root", async () => {
    await using found = await started();
    const { abci, applications, c, one } = found;
    const txs = [await enrolment(c), await enrolment(c)];
    const before = await abci.call("finalizeBlock", block(c, 1, txs));
    const twice = await abci.call("finalizeBlock", block(c, 1, txs));
    assert.equal(toHex(twice.appHash), toHex(before.appHash));
    await applications.close(one);
    const again = await applications.open("one");
    using connection = await AbciConnection.open(again.abci);
    assert.equal((await connection.call("info")).lastBlockHeight, 0n);
    assert.equal(again.replica.status.size, 1);
    await connection.call("initChain", initChain(c));
    const after = await connection.call("finalizeBlock", block(c, 1, txs));
    await connection.call("commit");
    assert.equal(toHex(after.appHash), toHex(before.appHash));
    assert.equal(again.replica.status.size, 3);
  });

  it("shows nothing of a block to anybody before it is durable", async () => {
    await using found = await started();
    const { abci, c, one } = found;
    const tx = await enrolment(c);
    await abci.call("finalizeBlock", block(c, 1, [tx]));
    assert.equal((await one.ledger.status()).size, 1);
    assert.equal(await refusalOf(abci, tx), undefined);
    const stop = new AbortController();
    const next = one.ledger.blocks(1, stop.signal)[Symbol.asyncIterator]().next();
    await abci.call("commit");
    assert.deepEqual(((await next).value as { transactions: unknown }).transactions, [tx]);
    assert.equal(await refusalOf(abci, tx), "ledger/known");
    stop.abort();
  });

  it("takes whole seconds of block time, and ledger time never goes back", async () => {
    await using found = await started();
    const { abci, c, one } = found;
    await abci.call("finalizeBlock", block(c, 1, [await enrolment(c)], c.now + 100));
    await abci.call("commit");
    await abci.call("finalizeBlock", block(c, 2, [await enrolment(c)], c.now + 50));
    await abci.call("commit");
    assert.equal(one.replica.status.time, c.now + 100);
  });

  it("stops at a fault instead of refusing, and the engine is told to stop too", async () => {
    await using found = await started();
    const { abci, c, one } = found;
    one.replica.database.exec("DROP TABLE entries");
    await assert.rejects(abci.call("finalizeBlock", block(c, 1, [await enrolment(c)])), /exception/);
    assert.ok((await one.ledger.fault) instanceof Error);
  });
});

describe("what the engine asks besides", () => {
  it("is told to talk to the nodes of active organisations and to no other [S4-16]", async () => {
    await using found = await started();
    const { abci, c } = found;
    const allowed = async (path: string) => (await abci.call("query", { path })).code === 0;
    for (const { peer } of c.members) assert.ok(await allowed(`/p2p/filter/id/${peer}`));
    assert.ok(await allowed("/p2p/filter/addr/127.0.0.1:26656"));
    assert.ok(!(await allowed(`/p2p/filter/id/${"00".repeat(20)}`)));
    for (const path of ["", "/p2p/filter/id/", "/store", "/p2p/filter/id/../x"]) assert.ok(!(await allowed(path)));
  });

  it("is told to talk to those that a newer copy knows, until the own one has caught up", async () => {
    const peer = "ab".repeat(20);
    const key = toBase64url(new Uint8Array(32));
    for (const [version, isNewer] of [
      [1, false],
      [2, true],
    ] as const) {
      await using found = await started({
        validators: { members: [{ key, organisation: "echo.example", peer }], version },
      });
      const { abci, c } = found;
      const allowed = async (id: string) => (await abci.call("query", { path: `/p2p/filter/id/${id}` })).code === 0;
      assert.equal(await allowed(peer), isNewer);
      assert.equal(await allowed(c.member(0).peer), !isNewer);
    }
  });

  it("reports a validator key that was used twice, by the name of its organisation", async () => {
    const seen: Misbehaviour[] = [];
    await using found = await started({ misbehaved: (each) => seen.push(each) });
    const { abci, c } = found;
    const key = validatorsOf(c)[2]?.pubKey.ed25519 ?? new Uint8Array();
    const address = engineAddress(nodeCrypto, key);
    const misbehavior = [
      {
        height: 3n,
        time: { nanos: 0, seconds: 7n },
        type: 1,
        validator: { address: Buffer.from(address, "hex"), power: 1n },
      },
    ];
    const expected = { address, height: 3, kind: "duplicate-vote", organisation: c.member(2).name, time: 7 };
    await abci.call("finalizeBlock", { ...block(c, 1, []), misbehavior });
    assert.deepEqual(seen, [expected]);
  });

  it("reports it by that name after its organisation declared other keys", async () => {
    const seen: Misbehaviour[] = [];
    await using found = await started({ misbehaved: (each) => seen.push(each) });
    const { abci, c } = found;
    const { admin, name, peer } = c.member(2);
    const keys = await Promise.all([0, 1].map(() => newSigner("EdDSA")));
    const addresses = [validatorsOf(c)[2]?.pubKey.ed25519 ?? new Uint8Array()];
    const declarations: Uint8Array[] = [];
    for (const { key } of keys) {
      if (key.kty !== "OKP") throw new TypeError("no Ed25519 key");
      declarations.push(await c.transaction(admin, "node.declare", { peer, validator: key }));
      addresses.push(fromBase64url(key.x));
    }
    await abci.call("finalizeBlock", block(c, 1, declarations));
    await abci.call("commit");
    const misbehavior = [...addresses, new Uint8Array(32)].map((key) => ({
      height: 1n,
      time: { nanos: 0, seconds: 7n },
      type: 1,
      validator: { address: Buffer.from(engineAddress(nodeCrypto, key), "hex"), power: 1n },
    }));
    await abci.call("finalizeBlock", { ...block(c, 2, []), misbehavior });
    assert.deepEqual(
      seen.map(({ organisation }) => organisation),
      [name, name, name, undefined],
    );
  });

  it("gets an exception for bytes that are no request", async () => {
    await using found = await started();
    const { abci, one } = found;
    abci.send(new Uint8Array([0xff, 0xff]));
    assert.ok((await one.ledger.fault) instanceof Error);
  });
});
