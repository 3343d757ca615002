import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ContentExpectation } from "@firmament/core/content";
import { FileStore } from "../src/index.ts";
import { refusesWith } from "./refuses-with.ts";
import { collected, descriptionOf, MiB, sample, stream } from "./sample.ts";
import { TemporaryStore } from "./temporary-store.ts";

const maxBytes = 8 * MiB;
const bytes = sample(2 * MiB + 100);
const described = descriptionOf(bytes);

async function leavesNothing(place: TemporaryStore): Promise<void> {
  assert.deepEqual(await place.directory.files(), []);
}

describe("staged content", () => {
  it("cannot be read before it is committed", async () => {
    await using place = await TemporaryStore.make();
    const staged = await place.store.stage(stream(bytes), { maxBytes, expect: described });
    assert.equal(staged.cid, described.cid);
    assert.equal(await place.store.stat(staged.cid), undefined);
    await refusesWith("content/not-found", collected(place.store.get(staged.cid)));
    await refusesWith("content/not-found", place.store.pin(staged.cid));
    await staged.commit();
    await staged.commit();
    await staged.discard();
    assert.ok((await collected(place.store.get(staged.cid))).equals(bytes));
  });

  it("is gone when it is discarded, disposed of, or its store is closed", async () => {
    await using place = await TemporaryStore.make();
    const staged = await place.store.stage(stream(bytes), { maxBytes });
    await staged.discard();
    await staged.discard();
    await assert.rejects(staged.commit(), Error);
    {
      await using _ = await place.store.stage(stream(bytes), { maxBytes });
    }
    await leavesNothing(place);
    const other = await FileStore.open(place.directory.path);
    await other.stage(stream(bytes), { maxBytes });
    await other[Symbol.asyncDispose]();
    await leavesNothing(place);
  });

  it("leaves content alone that has been stored meanwhile", async () => {
    await using place = await TemporaryStore.make();
    const [one, two] = [
      await place.store.stage(stream(bytes), { maxBytes }),
      await place.store.stage(stream(bytes), { maxBytes }),
    ];
    await one.commit();
    await two.discard();
    assert.ok((await collected(place.store.get(described.cid))).equals(bytes));
  });
});

describe("content that is not as announced", () => {
  const cases: readonly [string, string, ContentExpectation][] = [
    ["shorter", "content/size-mismatch", { ...described, size: bytes.length + 1 }],
    ["longer", "content/size-mismatch", { ...described, size: bytes.length - 1 }],
    ["of another SHA-256", "content/digest-mismatch", { ...described, sha256: "0".repeat(64) }],
    ["of another SHA-384", "content/digest-mismatch", { ...described, sha384: "0".repeat(96) }],
    ["of another CID", "content/cid-mismatch", { cid: descriptionOf(sample(2 * MiB)).cid, size: bytes.length }],
    ["no content that can have the CID", "cid/size", { ...described, size: MiB }],
    ["announced without a CID", "cid/text", { ...described, cid: "" }],
    ["announced as too large", "content/too-large", { ...described, size: maxBytes + 1 }],
  ];
  for (const [name, code, expect] of cases) {
    it(`is refused and leaves nothing: ${name}`, async () => {
      await using place = await TemporaryStore.make();
      await refusesWith(code, place.store.put(stream(bytes), { maxBytes, expect }));
      await leavesNothing(place);
    });
  }

  it("is not read further than the announced size", async () => {
    await using place = await TemporaryStore.make();
    let read = 0;
    let ended = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          read += 65_536;
          yield Buffer.alloc(65_536);
        }
      } finally {
        ended = true;
      }
    }
    await refusesWith(
      "content/size-mismatch",
      place.store.put(endless(), { maxBytes, expect: { ...described, size: 2 * MiB } }),
    );
    assert.equal(read, 2 * MiB + 65_536);
    assert.ok(ended);
    await refusesWith("content/too-large", place.store.put(endless(), { maxBytes }));
    await leavesNothing(place);
  });
});

describe("a source that does not end well", () => {
  it("leaves nothing where it throws in the middle", async () => {
    await using place = await TemporaryStore.make();
    const cut = new Error("connection reset");
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, MiB + 5);
      throw cut;
    }
    await assert.rejects(place.store.put(broken(), { maxBytes }), cut);
    await leavesNothing(place);
  });

  it("leaves nothing where it hangs and the signal fires", async () => {
    await using place = await TemporaryStore.make();
    const reason = new Error("too slow");
    const abort = new AbortController();
    async function* hanging(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, MiB + 5);
      setImmediate(() => abort.abort(reason));
      await new Promise(() => undefined);
    }
    await assert.rejects(place.store.put(hanging(), { maxBytes, signal: abort.signal }), reason);
    await leavesNothing(place);
    await assert.rejects(place.store.put(stream(bytes), { maxBytes, signal: abort.signal }), reason);
    await leavesNothing(place);
  });
});
