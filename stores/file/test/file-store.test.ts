import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import fc from "fast-check";
import { asCid } from "@firmament/core/cid";
import { FileStore } from "../src/index.ts";
import { refusesWith } from "./refuses-with.ts";
import { collected, descriptionOf, MiB, sample, stream } from "./sample.ts";
import { TemporaryDirectory, TemporaryStore } from "./temporary-store.ts";

const maxBytes = 64 * MiB;
const unknown = asCid("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e");

const anySize = fc.oneof(
  fc
    .tuple(fc.constantFrom(0, 1, 2, 3), fc.integer({ min: -1, max: 1 }))
    .map(([n, near]) => Math.max(0, n * MiB + near)),
  fc.integer({ min: 0, max: 3 * MiB }),
);

describe("storing and reading", () => {
  it("gives back what was put, in any size and chunks", async () => {
    await using place = await TemporaryStore.make();
    await fc.assert(
      fc.asyncProperty(anySize, fc.integer({ min: 10_000, max: 3 * MiB }), async (size, chunkBytes) => {
        const bytes = sample(size);
        const found = await place.store.put(stream(bytes, chunkBytes), { maxBytes });
        assert.deepEqual(found, descriptionOf(bytes));
        assert.deepEqual(await place.store.stat(found.cid), { size });
        assert.ok((await collected(place.store.get(found.cid))).equals(bytes));
      }),
      { numRuns: 25 },
    );
  });

  it("gives any range of the bytes", async () => {
    await using place = await TemporaryStore.make();
    const bytes = sample(3 * MiB + 17);
    const { cid } = await place.store.put(stream(bytes), { maxBytes });
    const near = fc
      .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -2, max: 17 }))
      .map(([n, by]) => Math.max(0, n * MiB + by));
    const point = fc.oneof(near, fc.nat(bytes.length));
    await fc.assert(
      fc.asyncProperty(point, point, async (a, b) => {
        const [offset, end] = [Math.min(a, b), Math.max(a, b)];
        const got = await collected(place.store.get(cid, { offset, length: end - offset }));
        assert.ok(got.equals(bytes.subarray(offset, end)));
      }),
      { numRuns: 60 },
    );
    assert.ok((await collected(place.store.get(cid, { offset: 5 }))).equals(bytes.subarray(5)));
  });

  it("keeps the image as one plain file", async () => {
    await using place = await TemporaryStore.make();
    const bytes = sample(2 * MiB + 1);
    const { cid } = await place.store.put(stream(bytes), { maxBytes });
    assert.ok((await readFile(place.directory.of("content", cid))).equals(bytes));
    assert.deepEqual(await place.directory.files(), [`content/${cid}`, `nodes/${cid}`]);
  });

  it("hands out chunks that the receiver may keep", async () => {
    await using place = await TemporaryStore.make();
    const bytes = sample(3 * MiB);
    const { cid } = await place.store.put(stream(bytes), { maxBytes });
    const chunks: Uint8Array[] = [];
    for await (const chunk of place.store.get(cid)) chunks.push(chunk);
    assert.ok(chunks.every((chunk, i) => Buffer.from(chunk).equals(bytes.subarray(i * MiB, (i + 1) * MiB))));
  });

  it("is there again after it was closed", async () => {
    await using directory = await TemporaryDirectory.make();
    const bytes = sample(MiB + 1);
    const path = directory.of("new", "deep");
    await using first = await FileStore.open(path);
    const { cid } = await first.put(stream(bytes), { maxBytes });
    await using second = await FileStore.open(path);
    assert.ok((await collected(second.get(cid))).equals(bytes));
  });

  it("refuses what it cannot give", async () => {
    await using place = await TemporaryStore.make();
    const { cid } = await place.store.put(stream(sample(10)), { maxBytes });
    await refusesWith("content/not-found", collected(place.store.get(unknown)));
    assert.equal(await place.store.stat(unknown), undefined);
    for (const range of [{ offset: 11 }, { offset: 5, length: 6 }, { offset: -1 }, { length: -1 }, { offset: 0.5 }]) {
      await refusesWith("content/range", collected(place.store.get(cid, range)));
    }
  });

  it("refuses text that is no CID before it becomes a path", async () => {
    await using place = await TemporaryStore.make();
    await refusesWith("cid/text", collected(place.store.get("../../etc/passwd")));
    await refusesWith("cid/text", place.store.stat(`../content/${unknown}`));
    await refusesWith("cid/text", place.store.pin(`${unknown}/..`));
    await refusesWith("cid/text", place.store.unpin(""));
    await refusesWith("cid/text", place.store.node(unknown.toUpperCase()));
  });

  it("stops reading when the signal fires", async () => {
    await using place = await TemporaryStore.make();
    const { cid } = await place.store.put(stream(sample(3 * MiB)), { maxBytes });
    const reason = new Error("enough");
    const abort = new AbortController();
    await assert.rejects(async () => {
      for await (const _ of place.store.get(cid, { signal: abort.signal })) abort.abort(reason);
    }, reason);
  });
});

describe("inner nodes", () => {
  it("gives the root block of content above one piece", async () => {
    await using place = await TemporaryStore.make();
    const { cid } = await place.store.put(stream(sample(2 * MiB)), { maxBytes });
    const root = await place.store.node(cid);
    assert.equal(root.length, Buffer.byteLength(await readFile(place.directory.of("nodes", cid))) - 4);
    await refusesWith("transfer/no-node", place.store.node(cid, unknown));
  });

  it("has none of content of one piece", async () => {
    await using place = await TemporaryStore.make();
    const { cid } = await place.store.put(stream(sample(MiB)), { maxBytes });
    await refusesWith("transfer/no-node", place.store.node(cid));
  });
});

describe("several writers", () => {
  it("put the same content at once and store it once", async () => {
    await using place = await TemporaryStore.make();
    await using other = await FileStore.open(place.directory.path);
    const bytes = sample(2 * MiB + 3);
    const stores = [place.store, other, place.store, other];
    const found = await Promise.all(stores.map((store, i) => store.put(stream(bytes, 30_000 * (i + 1)), { maxBytes })));
    for (const one of found) assert.deepEqual(one, descriptionOf(bytes));
    assert.ok((await collected(other.get(found[0]?.cid ?? ""))).equals(bytes));
    assert.equal((await place.directory.files()).length, 2);
  });

  it("put different content at once", async () => {
    await using place = await TemporaryStore.make();
    const all = [1, 2, 3, 4].map((n) => sample(MiB + n, String(n)));
    const found = await Promise.all(all.map((bytes) => place.store.put(stream(bytes), { maxBytes })));
    for (const [i, { cid }] of found.entries()) assert.deepEqual(await collected(place.store.get(cid)), all[i]);
  });
});
