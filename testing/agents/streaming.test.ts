import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { formBody } from "@firmament/agents/http";
import type { StagingStore } from "@firmament/agents/register";
import type { StoredContentReader } from "@firmament/agents/retrieval";
import type { FileStore } from "@firmament/store-file";
import { TestAgents } from "./support/agents.ts";
import { TestAuthor, updateOf } from "./support/author.ts";

const CHUNK = 65_536;
const TOTAL = 40_000_000;
/** What sockets, streams and pieces may hold between two ends that are four connections apart, bytes. */
const MOST_HELD = 24_000_000;

/** A store that stops taking, or giving, until it is told to go on. */
class GatedStore implements StagingStore, StoredContentReader {
  readonly #store: FileStore;
  #gate = Promise.withResolvers<undefined>();
  given = 0;

  constructor(store: FileStore) {
    this.#store = store;
  }

  open(): void {
    this.#gate.resolve(undefined);
  }

  close(): void {
    this.#gate = Promise.withResolvers();
  }

  stage(source: AsyncIterable<Uint8Array>, options: Parameters<FileStore["stage"]>[1]) {
    return this.#store.stage(this.#gated(source), options);
  }

  async *get(...request: Parameters<FileStore["get"]>): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#store.get(...request)) {
      this.given += chunk.length;
      yield chunk;
    }
  }

  pin(cid: string): Promise<void> {
    return this.#store.pin(cid);
  }

  stat(cid: string) {
    return this.#store.stat(cid);
  }

  async *#gated(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      await this.#gate.promise;
      yield chunk;
    }
  }
}

/** Waits until a count stands still. */
async function settled(count: () => number): Promise<number> {
  for (let before = -1; before !== count(); await delay(100)) before = count();
  return count();
}

test("an image passes two agents into the store, and comes back, at the receiver's pace", async () => {
  let gated: GatedStore | undefined;
  await using agents = await TestAgents.start({ content: (store) => (gated = new GatedStore(store)) });
  const author = new TestAuthor(agents);
  await author.token();
  const image = new Uint8Array(TOTAL).fill(8);
  const prepared = await author.prepare({ image });

  let sent = 0;
  async function* file(): AsyncGenerator<Uint8Array> {
    for (; sent < TOTAL; sent += CHUNK) yield image.slice(sent, sent + CHUNK);
  }
  const fields = { publicKey: author.publicKey, update: JSON.stringify(updateOf(prepared)) };
  const { chunks, contentType } = formBody(fields, "payload", file());
  const headers = { "content-type": contentType };
  const init = { body: ReadableStream.from(chunks), duplex: "half", headers, method: "POST" } as const;
  const answer = fetch(new URL("register", agents.urls.author), init);
  const held = await settled(() => sent);
  assert.ok(held > 0 && held < MOST_HELD, `${held} bytes were taken while the store took none`);
  gated?.open();
  const { release } = (await (await answer).json()) as { release: string };
  await agents.consortium.store(release, image);
  await agents.consortium.approve(release);
  await agents.follow();

  const device = {
    body: JSON.stringify({ classID: "sensor", publicKey: author.publicKey }),
    headers: { "content-type": "application/json" },
  };
  const response = await fetch(new URL("retrieve/payload", agents.urls.retrieval), { method: "POST", ...device });
  const given = await settled(() => gated?.given ?? 0);
  assert.ok(given > 0 && given < MOST_HELD, `${given} bytes were read while the device took none`);
  assert.deepEqual(new Uint8Array(await response.arrayBuffer()), image);
});
