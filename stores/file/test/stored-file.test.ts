import assert from "node:assert/strict";
import { open, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decodeNodes, encodeNodes } from "../src/node-files.ts";
import { MemoryContent } from "./memory-content.ts";
import { refusesWith } from "./refuses-with.ts";
import { collected, MiB, sample, stream } from "./sample.ts";
import { TemporaryStore } from "./temporary-store.ts";

const maxBytes = 8 * MiB;

async function flipBit(path: string, at: number): Promise<void> {
  const handle = await open(path, "r+");
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, at);
  await handle.write(Buffer.of(byte.readUInt8() ^ 1), 0, 1, at);
  await handle.close();
}

describe("a file of inner nodes", () => {
  it("is read no further than a content of 64 GiB has nodes", () => {
    const nodes = Array.from({ length: 70 }, (_, i) => Uint8Array.of(0, 0, 0, 1, i));
    assert.equal(decodeNodes(Uint8Array.from(nodes.flatMap((node) => [...node]))).size, 65);
  });
});

describe("bytes that were altered on the disk", () => {
  it("[S1-24] are found wherever they are, and none of their piece is handed out", async () => {
    await using place = await TemporaryStore.make();
    const bytes = sample(3 * MiB - 9);
    const { cid } = await place.store.put(stream(bytes), { maxBytes });
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (at) => {
        await flipBit(place.directory.of("content", cid), at);
        const got: Uint8Array[] = [];
        await refusesWith(
          "content/corrupt",
          (async () => {
            for await (const chunk of place.store.get(cid)) got.push(chunk);
          })(),
        );
        const read = Buffer.concat(got);
        assert.equal(read.length, Math.floor(at / MiB) * MiB);
        assert.ok(read.equals(bytes.subarray(0, read.length)));
        await flipBit(place.directory.of("content", cid), at);
      }),
      { numRuns: 12 },
    );
  });

  it("do not hinder ranges in other pieces", async () => {
    await using place = await TemporaryStore.make();
    const bytes = sample(3 * MiB);
    const { cid } = await place.store.put(stream(bytes), { maxBytes });
    await flipBit(place.directory.of("content", cid), 5);
    assert.ok((await collected(place.store.get(cid, { offset: MiB, length: 9 }))).equals(bytes.subarray(MiB, MiB + 9)));
    await refusesWith("content/corrupt", collected(place.store.get(cid, { offset: MiB - 1, length: 2 })));
  });

  it("are replaced when the content is put again", async () => {
    await using place = await TemporaryStore.make();
    const bytes = sample(100);
    const { cid } = await place.store.put(stream(bytes), { maxBytes });
    await flipBit(place.directory.of("content", cid), 50);
    await refusesWith("content/corrupt", collected(place.store.get(cid)));
    await place.store.put(stream(bytes), { maxBytes });
    assert.ok((await collected(place.store.get(cid))).equals(bytes));
  });

  it("are found in a file of another length", async () => {
    await using place = await TemporaryStore.make();
    for (const [size, altered] of [
      [MiB, MiB + 1],
      [10, 9],
      [10, 0],
      [2 * MiB, 2 * MiB - 1],
      [2 * MiB, MiB],
      [2 * MiB, 2 * MiB + 1],
    ] as const) {
      const { cid } = await place.store.put(stream(sample(size)), { maxBytes });
      await truncate(place.directory.of("content", cid), altered);
      await refusesWith("content/corrupt", collected(place.store.get(cid)));
    }
  });
});

describe("inner nodes that were lost or altered on the disk", () => {
  it("are computed again from the content", async () => {
    await using place = await TemporaryStore.make();
    const bytes = sample(2 * MiB + 1);
    const { cid } = await place.store.put(stream(bytes), { maxBytes });
    const path = place.directory.of("nodes", cid);
    const good = await readFile(path);
    const damages = [
      () => rm(path),
      () => flipBit(path, 3),
      () => flipBit(path, 40),
      () => truncate(path, 0),
      () => truncate(path, 10),
      () => writeFile(path, Buffer.alloc(5_000_000)),
    ];
    for (const damage of damages) {
      await damage();
      assert.ok((await collected(place.store.get(cid))).equals(bytes));
      assert.deepEqual(await readFile(path), good);
    }
  });

  it("are no help where the content is altered too", async () => {
    await using place = await TemporaryStore.make();
    const { cid } = await place.store.put(stream(sample(2 * MiB)), { maxBytes });
    await rm(place.directory.of("nodes", cid));
    await flipBit(place.directory.of("content", cid), MiB);
    await refusesWith("content/corrupt", collected(place.store.get(cid)));
    await refusesWith("content/corrupt", place.store.node(cid));
  });
});

describe("content above 1 GiB", () => {
  it("is read through two levels of inner nodes, of which only those on the way are opened", async () => {
    await using place = await TemporaryStore.make();
    const { folded } = MemoryContent.ofZeros(1025 * MiB + 5);
    await writeFile(place.directory.of("content", folded.cid), "");
    await truncate(place.directory.of("content", folded.cid), folded.size);
    await writeFile(place.directory.of("nodes", folded.cid), encodeNodes(folded.nodes));
    const got = await collected(place.store.get(folded.cid, { offset: 1024 * MiB - 10, length: MiB + 12 }));
    assert.deepEqual(got, Buffer.alloc(MiB + 12));
    for (const { cid, bytes } of folded.nodes)
      assert.deepEqual(Buffer.from(await place.store.node(folded.cid, cid)), Buffer.from(bytes));
  });
});

describe("lent chunks", () => {
  it("are the same bytes in one memory", async () => {
    await using place = await TemporaryStore.make();
    const bytes = sample(3 * MiB + 9);
    const { cid } = await place.store.put(stream(bytes), { maxBytes: bytes.length });
    const memories = new Set<ArrayBufferLike>();
    const copies: Uint8Array[] = [];
    for await (const chunk of place.store.get(cid, { lend: true })) {
      memories.add(chunk.buffer);
      copies.push(Uint8Array.from(chunk));
    }
    assert.equal(memories.size, 1);
    assert.ok(Buffer.concat(copies).equals(bytes));
  });
});
