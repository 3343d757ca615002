import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import { asCid } from "@firmament/core/cid";
import { contentHandler, fetchContent, type FetchContentOptions, FileStore, type PeerFailure } from "../src/index.ts";
import { altersFrom, type Attack, cutsFrom, hangsFrom, honest, MemoryContent } from "./memory-content.ts";
import { type Handler, Peer } from "./peer.ts";
import { refusesWith } from "./refuses-with.ts";
import { collected, descriptionOf, MiB, sample, stream } from "./sample.ts";
import { TemporaryStore } from "./temporary-store.ts";

const bytes = sample(4 * MiB + 100);
const { cid } = descriptionOf(bytes);
const size = bytes.length;

const serving = (attack: Attack): Handler => contentHandler(MemoryContent.of(bytes, attack));

interface Outcome {
  readonly got: Buffer;
  readonly failures: readonly PeerFailure[];
  readonly peers: readonly Peer[];
}

/** Fetches the sample from peers that behave like this. */
async function fetchedFrom(handlers: readonly Handler[], options: FetchContentOptions = {}): Promise<Outcome> {
  await using resources = new AsyncDisposableStack();
  const peers: Peer[] = [];
  for (const handler of handlers) peers.push(resources.use(await Peer.start(handler)));
  const transfer = fetchContent(
    peers.map((peer) => peer.url),
    cid,
    size,
    { perPieceTimeoutMs: 300, ...options },
  );
  const got = await collected(transfer);
  return { got, failures: transfer.failures, peers };
}

describe("content from one peer", () => {
  it("comes with one request for the root and one for all pieces", async () => {
    const { got, failures, peers } = await fetchedFrom([serving(honest)]);
    assert.ok(got.equals(bytes));
    assert.deepEqual(failures, []);
    assert.deepEqual(peers[0]?.requests, [`GET /v1/content/${cid}/root`, `GET /v1/content/${cid} bytes=0-`]);
  });

  it("goes on from any byte", async () => {
    await using peer = await Peer.start(serving(honest));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.nat(size), fc.constantFrom(0, MiB - 1, MiB, MiB + 1, size)), async (offset) => {
        const got = await collected(fetchContent([peer.url], cid, size, { offset }));
        assert.ok(got.equals(bytes.subarray(offset)));
      }),
      { numRuns: 15 },
    );
  });

  it("may be one piece or none", async () => {
    for (const one of [sample(1), sample(MiB), sample(0)]) {
      await using peer = await Peer.start(contentHandler(MemoryContent.of(one)));
      assert.ok((await collected(fetchContent([peer.url], descriptionOf(one).cid, one.length))).equals(one));
    }
    await refusesWith("cid/mismatch", collected(fetchContent([], descriptionOf(sample(1)).cid, 0)));
  });

  it("may have two levels of inner nodes", async () => {
    const zeros = MemoryContent.ofZeros(1024 * MiB + 5);
    await using peer = await Peer.start(contentHandler(zeros));
    const offset = 1024 * MiB - 10;
    const got = await collected(fetchContent([peer.url], zeros.folded.cid, zeros.folded.size, { offset }));
    assert.deepEqual(got, Buffer.alloc(15));
  });

  it("may lie below a path", async () => {
    const handler = serving(honest);
    await using peer = await Peer.start((req, res) => {
      req.url = req.url?.replace(/^\/store\/a/, "") ?? "";
      return handler(req, res);
    });
    assert.ok((await collected(fetchContent([new URL("store/a/", peer.url)], cid, size))).equals(bytes));
    assert.ok(peer.requests.every((request) => request.startsWith("GET /store/a/v1/content/")));
  });

  it("may come from a server that knows no ranges", async () => {
    const handler = serving(honest);
    const { got } = await fetchedFrom([
      (req, res) => {
        delete req.headers.range;
        return handler(req, res);
      },
    ]);
    assert.ok(got.equals(bytes));
  });

  it("is asked for again where the connection is cut once", async () => {
    let cut = false;
    const { got, failures } = await fetchedFrom([
      serving((chunk, at) => {
        if (at < 2 * MiB || cut) return chunk;
        cut = true;
        throw new Error("cut");
      }),
    ]);
    assert.ok(got.equals(bytes));
    assert.deepEqual(
      failures.map(({ reason, times }) => ({ reason, times })),
      [{ reason: "cut", times: 1 }],
    );
  });
});

describe("content from peers of which one is bad", () => {
  const place = 2 * MiB + 70_000;
  for (const [name, attack, reason] of [
    ["sends wrong bytes", altersFrom(place), "wrong-bytes"],
    ["sends wrong nodes", altersFrom(-1), "wrong-bytes"],
    ["hangs", hangsFrom(place), "timeout"],
    ["hangs before it answers", hangsFrom(-1), "timeout"],
    ["cuts", cutsFrom(place), "cut"],
  ] as const) {
    it(`is right where it ${name}, and the peer is named`, async () => {
      const { got, failures, peers } = await fetchedFrom([serving(attack), serving(honest)]);
      assert.ok(got.equals(bytes));
      assert.deepEqual(
        failures.map((failure) => ({ peer: failure.peer, reason: failure.reason })),
        [{ peer: peers[0]?.url.href, reason }],
      );
    });
  }

  it("costs one piece: the next peer goes on where it stopped", async () => {
    const { peers } = await fetchedFrom([serving(altersFrom(place)), serving(honest)]);
    assert.deepEqual(peers[1]?.requests, [`GET /v1/content/${cid} bytes=${2 * MiB}-`]);
  });

  it("is left after one piece where it is slow, and not held to be wrong", async () => {
    const slow: Handler = async (req, res) => {
      await delay(150);
      await serving(honest)(req, res);
    };
    const { failures, got, peers } = await fetchedFrom([slow, serving(honest)], { slowPieceMs: 100 });
    assert.ok(got.equals(bytes));
    assert.deepEqual(failures, []);
    assert.deepEqual(peers[0]?.requests, [`GET /v1/content/${cid}/root`]);
    assert.deepEqual(peers[1]?.requests, [`GET /v1/content/${cid} bytes=0-`]);
  });

  it("never hands out a byte that was not verified", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(size - 1), async (at) => {
        await using peer = await Peer.start(serving(altersFrom(at)));
        const got: Uint8Array[] = [];
        const read = async (): Promise<void> => {
          for await (const chunk of fetchContent([peer.url], cid, size)) got.push(Uint8Array.from(chunk));
        };
        // The attack takes whole chunks: one that begins behind `at` may not exist.
        if (Math.ceil(at / 65_536) * 65_536 < size) await refusesWith("transfer/unavailable", read());
        else await read();
        assert.ok(bytes.subarray(0, Buffer.concat(got).length).equals(Buffer.concat(got)));
      }),
      { numRuns: 15 },
    );
  });

  const answers: readonly [string, Handler][] = [
    ["does not have it", (_, res) => void res.writeHead(404).end()],
    ["is overloaded", (_, res) => void res.writeHead(503).end()],
    ["redirects", (_, res) => void res.writeHead(302, { location: "http://127.0.0.1:1/" }).end()],
    ["compresses", (_, res) => void res.writeHead(200, { "content-encoding": "gzip" }).end(Buffer.alloc(50))],
    ["answers nothing", (_, res) => void res.writeHead(204).end()],
    ["sends an endless root block", (_, res) => void res.writeHead(200).end(Buffer.alloc(5_000_000))],
    [
      "sends another range",
      (req, res) => {
        if (req.url?.endsWith("/root") === true) return serving(honest)(req, res);
        res.writeHead(206, { "content-range": `bytes 1-${size - 1}/${size}` }).end(bytes.subarray(1));
        return undefined;
      },
    ],
  ];
  for (const [name, handler] of answers) {
    it(`is right where it ${name}`, async () => {
      const { got, failures } = await fetchedFrom([handler, serving(honest)]);
      assert.ok(got.equals(bytes));
      assert.equal(failures.length, 1);
    });
  }

  it("is right where nobody listens", async () => {
    const gone = await Peer.start(serving(honest));
    await gone[Symbol.asyncDispose]();
    await using peer = await Peer.start(serving(honest));
    const transfer = fetchContent([gone.url, peer.url], cid, size);
    assert.ok((await collected(transfer)).equals(bytes));
    assert.deepEqual(
      transfer.failures.map(({ reason }) => reason),
      ["unreachable"],
    );
  });
});

describe("content that no peer gives", () => {
  it("is refused after each peer had its attempts", async () => {
    await refusesWith("transfer/unavailable", collected(fetchContent([], cid, size)));
    await using wrong = await Peer.start(serving(altersFrom(0)));
    await using busy = await Peer.start((_, res) => void res.writeHead(503).end());
    const transfer = fetchContent([wrong.url, busy.url], cid, size, { attemptsPerPeer: 2 });
    await refusesWith("transfer/unavailable", collected(transfer));
    assert.deepEqual(
      transfer.failures.map(({ reason, times }) => ({ reason, times })),
      [
        { reason: "wrong-bytes", times: 1 },
        { reason: "answer", times: 2 },
      ],
    );
  });

  it("is refused at once where CID, size or offset cannot be", () => {
    assert.throws(() => fetchContent([], "Qm", size), { code: "cid/text" });
    assert.throws(() => fetchContent([], cid, MiB), { code: "cid/size" });
    assert.throws(() => fetchContent([], cid, size, { offset: size + 1 }), { code: "content/range" });
  });

  it("ends with the reason of the signal, on the way or waiting", async () => {
    const reason = new Error("enough");
    for (const attack of [hangsFrom(MiB), hangsFrom(-1)]) {
      const abort = new AbortController();
      setTimeout(() => abort.abort(reason), 100);
      await assert.rejects(fetchedFrom([serving(attack)], { signal: abort.signal, perPieceTimeoutMs: 9000 }), reason);
    }
    const abort = new AbortController();
    setTimeout(() => abort.abort(reason), 100);
    const busy: Handler = (_, res) => void res.writeHead(503).end();
    await assert.rejects(fetchedFrom([busy], { signal: abort.signal, attemptsPerPeer: 99 }), reason);
  });

  it("lets the peer go when the receiver stops", async () => {
    let left = false;
    const handler = serving((chunk, at) => (at >= 2 * MiB ? new Promise<Uint8Array>(() => undefined) : chunk));
    await using peer = await Peer.start((req, res) => {
      res.once("close", () => (left = !res.writableFinished && !req.url?.endsWith("/root")));
      return handler(req, res);
    });
    for await (const _ of fetchContent([peer.url], cid, size)) break;
    for (let i = 0; i < 50 && !left; i++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.ok(left);
  });
});

describe("stores", () => {
  it("[S4-14] that have fetched content serve it to others, and the first may be gone", async () => {
    await using resources = new AsyncDisposableStack();
    const places: TemporaryStore[] = [];
    for (let i = 0; i < 3; i++) places.push(resources.use(await TemporaryStore.make()));
    const [first, second, third] = places.map(({ store }) => store);
    assert.ok(first instanceof FileStore && second instanceof FileStore && third instanceof FileStore);
    const described = await first.put(stream(bytes), { maxBytes: 8 * MiB });

    const pull = async (from: FileStore, to: FileStore): Promise<void> => {
      await using peer = await Peer.start(contentHandler(from));
      const source = fetchContent([peer.url], described.cid, described.size);
      await to.put(source, { maxBytes: 8 * MiB, expect: described });
    };
    await pull(first, second);
    await first.gc({ olderThanMs: -1000 });
    assert.equal(await first.stat(described.cid), undefined);
    await pull(second, third);
    assert.ok((await collected(third.get(asCid(cid)))).equals(bytes));
  });
});
