import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Announcement, Witness, witnessServer } from "@firmament/agents/witness";
import { fromUtf8 } from "@firmament/core/bytes";
import { verifyTwoHistories } from "@firmament/core/evidence";
import { nodeCrypto } from "@firmament/crypto";
import { HttpLedger, ledgerServer } from "@firmament/ledger-http";
import { SqliteLedger } from "@firmament/ledger-sqlite";
import { type Block, Replica } from "@firmament/replica";
import { HttpPeers } from "@firmament/server/http-peers";
import { Consortium, newSigner } from "@firmament/testing/kit";
import fastify, { type FastifyInstance } from "fastify";
import { FakeMemory, history, until, witnessOf } from "./fakes.ts";
import { replicaOf, twoHistories } from "./forks.ts";

const HOST = "127.0.0.1";

async function open(server: FastifyInstance): Promise<URL> {
  await server.listen({ host: HOST, port: 0 });
  const address = server.server.address();
  assert.ok(typeof address === "object" && address !== null);
  return new URL(`http://${HOST}:${address.port}/`);
}

async function collected(peers: HttpPeers): Promise<readonly (readonly Announcement[])[]> {
  const lists: (readonly Announcement[])[] = [];
  for await (const list of peers.collect(new AbortController().signal)) lists.push(list);
  return lists;
}

interface RunningNode extends AsyncDisposable {
  readonly url: URL;
  readonly witness: Witness;
  readonly evidence: readonly Uint8Array[];
  run(peers: readonly URL[]): void;
}

/** A node with its real HTTP front, on a sequencer of its own that a test chose the blocks of. */
async function node(c: Consortium, member: number, blocks: readonly Block[]): Promise<RunningNode> {
  const sequencer = replicaOf(c, blocks);
  const ledger = new SqliteLedger(sequencer, () => c.now);
  const front = ledgerServer(ledger, c.genesisFile);
  const remote = new HttpLedger(await open(front));
  const replica = Replica.open(":memory:", nodeCrypto, c.genesisFile);
  const urls: URL[] = [];
  const evidence: Uint8Array[] = [];
  const { cosigner, name, node: transaction } = c.member(member);
  const witness = new Witness({
    clock: () => c.now,
    content: { mac: () => assert.fail("no content"), obtain: () => assert.fail("no content") },
    evidence: (_name, proof) => evidence.push(proof),
    identity: { cosigner, node: transaction, organisation: name },
    ledger: remote,
    memory: new FakeMemory(),
    peers: {
      announce: (found) => new HttpPeers(urls, () => undefined).announce(found),
      collect: (signal) => new HttpPeers(urls, () => undefined).collect(signal),
    },
    replica,
  });
  const server = witnessServer(witness, remote, () => Promise.resolve());
  const url = await open(server);
  const stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  return {
    evidence,
    run(peers) {
      urls.push(...peers);
      running = witness.run(stop.signal);
    },
    url,
    witness,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
      await ledger[Symbol.asyncDispose]();
      await Promise.all([server.close(), front.close()]);
      replica[Symbol.dispose]();
      sequencer[Symbol.dispose]();
    },
  };
}

describe("nodes over HTTP", () => {
  it("[S2-48] two of three that were shown another history than the third name it, with a proof on either side", async () => {
    using c = await Consortium.ready();
    const [first, second] = await twoHistories(c);
    await using one = await node(c, 1, first);
    await using two = await node(c, 2, first);
    await using three = await node(c, 3, second);
    one.run([two.url, three.url]);
    two.run([one.url, three.url]);
    three.run([one.url, two.url]);
    await until(() => [one, two, three].every(({ evidence }) => evidence.length > 0));
    const [proof] = one.evidence;
    assert.ok(proof);
    const { first: theirs, second: ours } = verifyTwoHistories(nodeCrypto, proof, c.trustPin());
    assert.deepEqual(theirs.organisations, [c.member(3).name]);
    assert.ok(ours.organisations.includes(c.member(1).name));
    const status = (await (await fetch(new URL("v1/status", three.url))).json()) as {
      alarms: readonly { code: string }[];
    };
    assert.ok(status.alarms.some(({ code }) => code === "witness/other-history"));
  });

  it("tell one another the newest cosignature by every key, and carry a transaction", async () => {
    using c = await Consortium.ready();
    await using one = await node(c, 1, history(c));
    using other = witnessOf(c, history(c), { member: 2 });
    for (const block of history(c)) other.witness.replica.apply(block);
    other.witness.cosigner.recalled();
    one.run([]);
    await until(() => one.witness.replica.status.size === c.size);
    const theirs = await other.witness.cosigner.cosign();
    assert.ok(theirs);
    one.witness.receive(theirs);
    const { key } = await newSigner();
    const transaction = await c.transaction(c.member(0).admin, "identity.enrol", { key, roles: ["auditor"] });
    const request = { method: "POST", body: Uint8Array.from(transaction) };
    const answer = await fetch(new URL("v1/transactions", one.url), request);
    assert.deepEqual([answer.status, ((await answer.json()) as { index: number }).index], [200, c.size]);
    assert.equal(one.witness.replica.status.size, c.size + 1);
    const refused = await fetch(new URL("v1/transactions", one.url), {
      method: "POST",
      body: fromUtf8(transaction).slice(1),
    });
    assert.deepEqual([refused.status, ((await refused.json()) as { code: string }).code], [400, "codec/json"]);
    // One block later, the other organisation's cosignature of the checkpoint before is still told.
    const peers = new HttpPeers([one.url], () => undefined);
    const lists = await collected(peers);
    assert.deepEqual(
      lists.map((list) => list.map(({ keyId, root, size }) => ({ keyId, root, size }))),
      [[{ keyId: theirs.keyId, root: theirs.root, size: c.size }]],
    );
  });

  it("a peer that is away or answers nonsense is no answer", async () => {
    using c = await Consortium.ready();
    await using one = await node(c, 1, history(c));
    const nonsense = fastify();
    nonsense.get("/v1/cosignatures", () => ({ no: "list" }));
    const url = await open(nonsense);
    const peers = new HttpPeers([url, new URL("http://127.0.0.1:9/"), one.url], () => undefined);
    assert.deepEqual(await collected(peers), [[]]);
    await nonsense.close();
  });
});
