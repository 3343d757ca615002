import assert from "node:assert/strict";
import { test } from "node:test";
import { WatchedSource } from "../../src/upload/index.ts";
import { bytesOf, streamOf } from "../support/bytes.ts";

test("a source is passed on as it comes", async () => {
  const source = new WatchedSource();
  assert.deepEqual(Buffer.from(await bytesOf(source.read(streamOf("ab", "c")))).toString(), "abc");
  assert.equal(source.failure, undefined);
});

test("what a source fails with is kept", async () => {
  const source = new WatchedSource();
  const gone = new Error("gone");
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Uint8Array.of(1);
    throw gone;
  }
  await assert.rejects(bytesOf(source.read(failing())), gone);
  assert.equal(source.failure, gone);
});

test("a reader that stops early closes the source, which has not failed then", async () => {
  const source = new WatchedSource();
  let closed = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Uint8Array.of(1);
    } finally {
      closed = true;
    }
  }
  for await (const _ of source.read(endless())) break;
  assert.equal(closed, true);
  assert.equal(source.failure, undefined);
});
