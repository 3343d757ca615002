import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { contentHandler, fetchContent } from "../src/index.ts";
import { altersFrom, type Attack, honest, MemoryContent } from "./memory-content.ts";
import { Peer } from "./peer.ts";
import { refusesWith } from "./refuses-with.ts";
import { collected, descriptionOf, MiB, sample, stream } from "./sample.ts";
import { TemporaryStore } from "./temporary-store.ts";

const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function fetchedInto(
  { store }: TemporaryStore,
  bytes: Uint8Array,
  { attack = honest, offset = 0, sha256 = sha256Of(bytes) }: { attack?: Attack; offset?: number; sha256?: string } = {},
): Promise<Buffer> {
  await using peer = await Peer.start(contentHandler(MemoryContent.of(bytes, attack)));
  const taken: Uint8Array[] = [];
  const { cid } = descriptionOf(bytes);
  const source = fetchContent([peer.url], cid, bytes.length, { offset, perPieceTimeoutMs: 300 });
  await store.fetch(source, sha256, (piece) => taken.push(Uint8Array.from(piece)));
  return Buffer.concat(taken);
}

describe("fetched content in a store", () => {
  for (const size of [0, 1, MiB, 3 * MiB + 5]) {
    it(`of ${size} bytes is the same as what was put, and every piece was given out once`, async () => {
      await using fetched = await TemporaryStore.make();
      await using put = await TemporaryStore.make();
      const bytes = sample(size);
      const { cid } = descriptionOf(bytes);
      assert.ok((await fetchedInto(fetched, bytes)).equals(bytes));
      await put.store.put(stream(bytes), { maxBytes: size });
      assert.deepEqual(await fetched.directory.files(), await put.directory.files());
      assert.ok((await collected(fetched.store.get(cid))).equals(bytes));
    });
  }

  it("leaves nothing where it is not what was announced, or not all of it", async () => {
    await using temporary = await TemporaryStore.make();
    const bytes = sample(2 * MiB);
    const other = sha256Of(sample(3));
    await refusesWith("content/digest-mismatch", fetchedInto(temporary, bytes, { sha256: other }));
    await refusesWith("content/cid-mismatch", fetchedInto(temporary, bytes, { offset: MiB }));
    const attack = altersFrom(MiB + 7);
    await refusesWith("transfer/unavailable", fetchedInto(temporary, bytes, { attack }));
    assert.deepEqual(await temporary.directory.files(), []);
  });
});
