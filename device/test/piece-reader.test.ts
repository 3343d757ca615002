import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Cut, cut } from "../src/piece-reader.ts";

async function* chunksOf(content: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    yield content.subarray(at, at + size);
    at += size;
  }
  yield content.subarray(at);
}

async function read(content: AsyncIterable<Uint8Array>, cutting: Parameters<typeof cut>[1]): Promise<Cut[]> {
  const cuts = [];
  for await (const next of cut(content, cutting)) cuts.push(next);
  return cuts;
}

test("content is cut into pieces whatever chunks it comes in", async () => {
  const chunkSizes = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 8 });
  const property = fc.asyncProperty(chunkSizes, fc.integer({ min: 1, max: 100 }), async (sizes, size) => {
    const content = new Uint8Array(size).map((_, i) => i);
    const cuts = await read(chunksOf(content, sizes), { from: 0, size, pieceSize: 16 });
    const pieces = cuts.flatMap((next) => (next.type === "piece" ? [next.bytes] : []));
    assert.deepEqual(new Uint8Array(Buffer.concat(pieces)), content);
    assert.ok(pieces.slice(0, -1).every((piece) => piece.length === 16));
    assert.deepEqual(cuts.at(-1), { type: "end", size });
  });
  await fc.assert(property, { numRuns: 100 });
});

test("content that goes on behind its size is not read on", async () => {
  let taken = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      taken++;
      yield new Uint8Array(10);
    }
  }
  const cuts = await read(endless(), { from: 16, size: 40, pieceSize: 16 });
  assert.deepEqual(
    cuts.map((next) => (next.type === "piece" ? next.bytes.length : next.size)),
    [16, 8, 46],
  );
  assert.equal(taken, 3);
});

test("content that ends early gives its whole pieces and the size that was seen", async () => {
  const cuts = await read(chunksOf(new Uint8Array(20), []), { from: 0, size: 40, pieceSize: 16 });
  assert.deepEqual(
    cuts.map((next) => (next.type === "piece" ? next.bytes.length : next.size)),
    [16, 20],
  );
});
