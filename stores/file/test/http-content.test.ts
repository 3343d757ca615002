import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { describe, it } from "node:test";
import { decodeRoot, parseCid } from "@firmament/core/cid";
import { crypto } from "../src/hashing.ts";
import { contentHandler } from "../src/index.ts";
import { Peer } from "./peer.ts";
import { descriptionOf, MiB, sample, stream } from "./sample.ts";
import { TemporaryStore } from "./temporary-store.ts";

const bytes = sample(2 * MiB + 100);

/** A store with one content, served. */
async function serving() {
  const resources = new AsyncDisposableStack();
  const { store, directory } = resources.use(await TemporaryStore.make());
  const peer = resources.use(await Peer.start(contentHandler(store, { stallTimeoutMs: 200 })));
  const { cid } = await store.put(stream(bytes), { maxBytes: 8 * MiB });
  const path = `/v1/content/${cid}`;
  const ask = (at: string, init?: RequestInit): Promise<Response> => fetch(new URL(at, peer.url), init);
  return {
    store,
    directory,
    peer,
    cid,
    path,
    ask,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

async function assertRefused(answer: Response, status: number, code: string): Promise<void> {
  assert.equal(answer.status, status);
  assert.equal(((await answer.json()) as { code: string }).code, code);
}

describe("content over HTTP", () => {
  it("is given whole", async () => {
    await using served = await serving();
    const answer = await served.ask(served.path);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("etag"), `"${served.cid}"`);
    assert.equal(answer.headers.get("accept-ranges"), "bytes");
    assert.equal(answer.headers.get("content-length"), String(bytes.length));
    assert.match(answer.headers.get("cache-control") ?? "", /immutable/);
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(bytes));
  });

  it("is described without a body", async () => {
    await using served = await serving();
    const answer = await served.ask(served.path, { method: "HEAD", headers: { range: "bytes=0-1" } });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("content-length"), String(bytes.length));
    assert.equal((await answer.arrayBuffer()).byteLength, 0);
  });

  it("is given in ranges", async () => {
    await using served = await serving();
    for (const [range, from, to] of [
      ["bytes=5-9", 5, 10],
      [`bytes=${MiB - 1}-${MiB}`, MiB - 1, MiB + 1],
      [`bytes=${2 * MiB}-`, 2 * MiB, bytes.length],
      ["bytes=-7", bytes.length - 7, bytes.length],
    ] as const) {
      const answer = await served.ask(served.path, { headers: { range } });
      assert.equal(answer.status, 206);
      assert.equal(answer.headers.get("content-range"), `bytes ${from}-${to - 1}/${bytes.length}`);
      assert.ok(Buffer.from(await answer.arrayBuffer()).equals(bytes.subarray(from, to)));
    }
  });

  it("has no bytes beyond its end", async () => {
    await using served = await serving();
    const answer = await served.ask(served.path, { headers: { range: `bytes=${bytes.length}-` } });
    assert.equal(answer.headers.get("content-range"), `bytes */${bytes.length}`);
    await assertRefused(answer, 416, "content/range");
  });

  it("keeps the conditions of RFC 9110", async () => {
    await using served = await serving();
    const status = async (headers: Record<string, string>): Promise<number> => {
      const answer = await served.ask(served.path, { headers });
      await answer.arrayBuffer();
      return answer.status;
    };
    assert.equal(await status({ range: "bytes=0-1", "if-range": `"${served.cid}"` }), 206);
    assert.equal(await status({ range: "bytes=0-1", "if-range": '"other"' }), 200);
    assert.equal(await status({ range: "bytes=0-1", "if-range": `W/"${served.cid}"` }), 200);
    assert.equal(await status({ range: "bytes=0-1", "if-range": "Sat, 21 Nov 2026 12:00:00 GMT" }), 200);
    assert.equal(await status({ "if-none-match": `"x", W/"${served.cid}"` }), 304);
    assert.equal(await status({ "if-none-match": "*" }), 304);
    assert.equal(await status({ "if-none-match": '"x"' }), 200);
  });

  it("gives its inner nodes", async () => {
    await using served = await serving();
    for (const path of [`${served.path}/root`, `${served.path}/nodes/${served.cid}`]) {
      const block = Buffer.from(await (await served.ask(path)).arrayBuffer());
      assert.deepEqual(crypto.sha256(block), Buffer.from(parseCid(served.cid).digest));
      assert.equal(decodeRoot(block).size, bytes.length);
    }
    const head = await served.ask(`${served.path}/root`, { method: "HEAD" });
    assert.equal((await head.arrayBuffer()).byteLength, 0);
    const known = await served.ask(`${served.path}/root`, { headers: { "if-none-match": `"${served.cid}"` } });
    assert.equal(known.status, 304);
    const other = descriptionOf(sample(2 * MiB, "other")).cid;
    await assertRefused(await served.ask(`${served.path}/nodes/${other}`), 404, "transfer/no-node");
  });

  it("is refused with a code and a remedy where it cannot be given", async () => {
    await using served = await serving();
    const other = descriptionOf(sample(5)).cid;
    await assertRefused(await served.ask(`/v1/content/${other}`), 404, "content/not-found");
    await assertRefused(await served.ask(`/v1/content/${other}/root`), 404, "content/not-found");
    await assertRefused(await served.ask("/v1/content/Qm"), 400, "cid/text");
    await assertRefused(await served.ask("/v1/content/..%2f..%2fetc%2fpasswd"), 400, "cid/text");
    for (const path of ["/", "/v1/content/", `${served.path}/`, `${served.path}/else`, `${served.path}/root/more`]) {
      await assertRefused(await served.ask(path), 404, "transfer/path");
    }
    const answer = await served.ask(served.path, { method: "PUT", body: "x" });
    assert.equal(answer.headers.get("allow"), "GET, HEAD");
    await assertRefused(answer, 405, "transfer/method");
    assert.deepEqual(served.peer.faults, []);
  });

  it("is refused where the first piece is corrupt, cut where a later one is, and the node is told", async () => {
    await using served = await serving();
    const altered = Buffer.from(bytes);
    altered.writeUInt8(altered.readUInt8(2 * MiB) ^ 1, 2 * MiB);
    await writeFile(served.directory.of("content", served.cid), altered);
    const cut = await served.ask(served.path);
    assert.equal(cut.status, 200);
    await assert.rejects(cut.arrayBuffer());
    await assertRefused(await served.ask(served.path, { headers: { range: "bytes=-1" } }), 500, "content/corrupt");
    assert.deepEqual(
      served.peer.faults.map((fault) => (fault as { code: string }).code),
      ["content/corrupt", "content/corrupt"],
    );
  });

  it("lets go of clients that leave or stall", async () => {
    await using served = await serving();
    const { cid } = await served.store.put(stream(sample(32 * MiB)), { maxBytes: 64 * MiB });
    const handle = contentHandler(served.store, { stallTimeoutMs: 200 });
    const ended: Promise<void>[] = [];
    await using peer = await Peer.start((req, res) => {
      const end = handle(req, res);
      ended.push(end);
      return end;
    });
    const url = new URL(`/v1/content/${cid}`, peer.url);
    const leave = new AbortController();
    const answer = await fetch(url, { signal: leave.signal });
    await answer.body?.getReader().read();
    leave.abort();
    const stalled = request(url).end();
    const [response] = (await once(stalled, "response")) as [IncomingMessage];
    response.pause();
    await Promise.all(ended);
    assert.equal(ended.length, 2);
    assert.deepEqual(peer.faults, []);
  });
});
