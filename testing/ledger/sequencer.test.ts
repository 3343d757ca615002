import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { toBase64url } from "@firmament/core/bytes";
import { Refusal } from "@firmament/core/errors";
import { nodeCrypto } from "@firmament/crypto";
import { HttpLedger, ledgerServer } from "@firmament/ledger-http";
import { sequencerLimits, SqliteLedger } from "@firmament/ledger-sqlite";
import { Replica } from "@firmament/replica";
import { Consortium, newSigner } from "@firmament/testing/kit";
import { take } from "./take.ts";

const coded = (code: string) => (cause: unknown) => cause instanceof Refusal && cause.code === code;

async function enrolments(c: Consortium, count: number): Promise<readonly Uint8Array[]> {
  const keys = await Promise.all(Array.from({ length: count }, () => newSigner()));
  return Promise.all(
    keys.map(({ key }) => c.transaction(c.member(0).admin, "identity.enrol", { key, roles: ["auditor"] })),
  );
}

describe("the sqlite ledger", () => {
  it("puts transactions that wait together into one block, each with its own receipt", async () => {
    using c = await Consortium.found();
    await using ledger = new SqliteLedger(c.replica, () => c.now);
    const receipts = await Promise.all((await enrolments(c, 20)).map((bytes) => ledger.submit(bytes)));
    assert.deepEqual(
      receipts.map((each) => each.index),
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    assert.deepEqual([...new Set(receipts.map((each) => each.height))], [1]);
  });

  it("answers the same transaction with the same receipt, in one block and later, and has one entry", async () => {
    using c = await Consortium.found();
    await using ledger = new SqliteLedger(c.replica, () => c.now);
    const [bytes = new Uint8Array()] = await enrolments(c, 1);
    const [first, second] = await Promise.all([ledger.submit(bytes), ledger.submit(bytes)]);
    const third = await ledger.submit(bytes);
    assert.deepEqual([second, third], [first, first]);
    assert.equal((await ledger.status()).size, 2);
  });

  it("refuses one transaction of a block and keeps the others", async () => {
    using c = await Consortium.found();
    await using ledger = new SqliteLedger(c.replica, () => c.now);
    const stranger = await newSigner();
    const bad = await c.transaction(stranger, "tick", { time: c.now });
    const [good = new Uint8Array()] = await enrolments(c, 1);
    const [refused, accepted] = await Promise.allSettled([ledger.submit(bad), ledger.submit(good)]);
    assert.ok(refused.status === "rejected" && coded("identity/unknown")(refused.reason));
    assert.equal(accepted.status, "fulfilled");
    assert.equal((await ledger.status()).size, 2);
  });

  it("stamps with its clock, and never goes back with it", async () => {
    using c = await Consortium.found();
    let clock = c.now + 100;
    await using ledger = new SqliteLedger(c.replica, () => clock);
    const [one = new Uint8Array(), two = new Uint8Array()] = await enrolments(c, 2);
    const first = await ledger.submit(one);
    clock -= 50;
    const second = await ledger.submit(two);
    assert.deepEqual([first.time, second.time], [c.now + 100, c.now + 100]);
  });

  it("streams blocks from a height on, old and new, and another replica reaches the same root with them", async () => {
    using c = await Consortium.found();
    await using ledger = new SqliteLedger(c.replica, () => c.now);
    using follower = Replica.open(":memory:", nodeCrypto, c.genesisFile);
    const transactions = await enrolments(c, 6);
    for (const bytes of transactions.slice(0, 3)) await ledger.submit(bytes);
    const stop = new AbortController();
    const following = take(ledger.blocks(1, stop.signal), 6);
    for (const bytes of transactions.slice(3)) await ledger.submit(bytes);
    for (const block of await following) follower.apply(block);
    assert.deepEqual(follower.status, c.replica.status);
    stop.abort();
  });

  it("halts at a fault and acknowledges nothing after it", async () => {
    using c = await Consortium.found();
    await using ledger = new SqliteLedger(c.replica, () => c.now);
    const [bytes = new Uint8Array()] = await enrolments(c, 1);
    c.replica.database.exec("DROP TABLE entries");
    await assert.rejects(ledger.submit(bytes), coded("ledger/halted"));
    await assert.rejects(ledger.submit(bytes), coded("ledger/halted"));
  });

  it("ends its streams when it halts and when it is closed", async () => {
    using c = await Consortium.found();
    const ledger = new SqliteLedger(c.replica, () => c.now);
    const ended = take(ledger.blocks(1), 1000);
    await ledger[Symbol.asyncDispose]();
    assert.deepEqual(await ended, []);
    using d = await Consortium.found();
    await using halting = new SqliteLedger(d.replica, () => d.now);
    const halted = take(halting.blocks(1), 1000);
    d.replica.database.exec("DROP TABLE entries");
    const [bytes = new Uint8Array()] = await enrolments(d, 1);
    await assert.rejects(halting.submit(bytes), coded("ledger/halted"));
    assert.deepEqual(await halted, []);
  });

  it("bounds its queue", async () => {
    using c = await Consortium.found();
    await using ledger = new SqliteLedger(c.replica, () => c.now);
    const flood = Array.from({ length: sequencerLimits.maxQueued + 1 }, () => ledger.submit(new Uint8Array(1)));
    const answers = await Promise.allSettled(flood);
    const busy = answers.filter((each) => each.status === "rejected" && coded("ledger/busy")(each.reason));
    assert.equal(busy.length, 1);
  });
});

async function serving(answer: string): Promise<{ url: URL; close: () => void }> {
  const server = createServer((_request, response) => response.end(`${answer}\n`));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: new URL(`http://127.0.0.1:${port}/`), close: () => server.close() };
}

describe("the sqlite ledger behind HTTP", () => {
  it("gives the same receipts, refusals and blocks as the ledger itself", async () => {
    using c = await Consortium.found();
    await using ledger = new SqliteLedger(c.replica, () => c.now);
    const server = ledgerServer(ledger, c.genesisFile);
    const client = new HttpLedger(new URL(`${await server.listen({ host: "127.0.0.1", port: 0 })}/`));
    const [bytes = new Uint8Array()] = await enrolments(c, 1);
    const receipt = await client.submit(bytes);
    assert.deepEqual(receipt, await ledger.submit(bytes));
    assert.deepEqual(await client.status(), await ledger.status());
    await assert.rejects(client.submit(new Uint8Array([1, 2, 3])), coded("codec/json"));
    const wrong = await server.inject({ url: "/v1/blocks?from=genesis" });
    assert.equal(wrong.json<{ code: string }>().code, "ledger/height");
    const stop = new AbortController();
    const [block] = await take(client.blocks(1, stop.signal), 1);
    stop.abort();
    assert.deepEqual(block?.transactions, [bytes]);
    await server.close();
  });

  it("says at once that blocks will come, before it has any", async () => {
    using c = await Consortium.found();
    await using ledger = new SqliteLedger(c.replica, () => c.now);
    const server = ledgerServer(ledger, c.genesisFile);
    const address = await server.listen({ host: "127.0.0.1", port: 0 });
    const answer = await fetch(`${address}/v1/blocks?from=1`, { signal: AbortSignal.timeout(5000) });
    assert.equal(answer.headers.get("content-type"), "application/x-ndjson");
    const [bytes = new Uint8Array()] = await enrolments(c, 1);
    await ledger.submit(bytes);
    for await (const line of answer.body as AsyncIterable<Uint8Array>) {
      assert.equal((JSON.parse(Buffer.from(line).toString()) as { height: number }).height, 1);
      break;
    }
    await server.close();
  });

  it("takes no receipt whose result no JSON of the protocol could hold", async () => {
    const receipt = { height: 1, index: 1, time: 1, transaction: toBase64url(new Uint8Array(32)) };
    for (const [code, result] of [
      ["codec/too-deep", `${"[".repeat(100)}${"]".repeat(100)}`],
      ["codec/number", "1e400"],
      ["codec/number", "-0"],
      ["codec/value", '"\\ud800"'],
      ["codec/unknown-member", '{"__proto__":{}}'],
    ] as const) {
      const { close, url } = await serving(JSON.stringify({ ...receipt, result: "?" }).replace('"?"', () => result));
      await assert.rejects(new HttpLedger(url).submit(new Uint8Array(1)), coded(code), result);
      close();
    }
  });

  it("answers for its own faults and for paths that it lacks with a code", async () => {
    using c = await Consortium.found();
    await using ledger = new SqliteLedger(c.replica, () => c.now);
    ledger.status = () => Promise.reject(new Error("a fault"));
    const server = ledgerServer(ledger, c.genesisFile);
    const codeOf = async (url: string) => {
      const answer = await server.inject({ url });
      return [answer.statusCode, answer.json<{ code: string }>().code];
    };
    assert.deepEqual(await codeOf("/v1/status"), [500, "ledger/fault"]);
    assert.deepEqual(await codeOf("/v1/nothing"), [400, "ledger/request"]);
    assert.deepEqual(await codeOf("/%ff"), [400, "ledger/request"]);
  });

  it("says when the ledger is away, and when something else answers", async () => {
    const { close, url } = await serving("not JSON");
    const client = new HttpLedger(url);
    await assert.rejects(client.status(), coded("ledger/answer"));
    await assert.rejects(take(client.blocks(1), 1), coded("ledger/answer"));
    close();
    await assert.rejects(new HttpLedger(new URL("http://127.0.0.1:9/")).status(), coded("ledger/unavailable"));
  });
});
