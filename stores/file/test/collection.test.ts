import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rename, utimes, writeFile } from "node:fs/promises";
import { describe, it } from "node:test";
import type { Refusal } from "@firmament/core/errors";
import { FileStore } from "../src/index.ts";
import { refusesWith } from "./refuses-with.ts";
import { collected, descriptionOf, MiB, sample, stream } from "./sample.ts";
import { TemporaryDirectory, TemporaryStore } from "./temporary-store.ts";

const maxBytes = 8 * MiB;
// Everything counts as old then: times of files have a finer grain than the clock.
const everything = { olderThanMs: -1000 };

describe("pins and collection", () => {
  it("removes what is not pinned and keeps what is", async () => {
    await using place = await TemporaryStore.make();
    const kept = await place.store.put(stream(sample(2 * MiB, "kept")), { maxBytes });
    const gone = await place.store.put(stream(sample(2 * MiB, "gone")), { maxBytes });
    await place.store.pin(kept.cid);
    await place.store.pin(kept.cid);
    assert.deepEqual(await place.store.gc(everything), { cids: [gone.cid], bytes: 2 * MiB });
    assert.deepEqual(await place.directory.files(), [`content/${kept.cid}`, `nodes/${kept.cid}`, `pins/${kept.cid}`]);
    await place.store.unpin(kept.cid);
    await place.store.unpin(kept.cid);
    assert.deepEqual((await place.store.gc(everything)).cids, [kept.cid]);
    assert.deepEqual(await place.directory.files(), []);
  });

  it("keeps what was stored a moment ago, however long it was staged", async () => {
    await using place = await TemporaryStore.make();
    const staged = await place.store.stage(stream(sample(5)), { maxBytes });
    const [file = ""] = await place.directory.files();
    await utimes(place.directory.of(file), 0, 0);
    await staged.commit();
    assert.deepEqual(await place.store.gc(), { cids: [], bytes: 0 });
    assert.deepEqual(await place.store.stat(staged.cid), { size: 5 });
  });

  it("keeps pins over a restart, and refuses to pin what is not there", async () => {
    await using place = await TemporaryStore.make();
    const { cid } = await place.store.put(stream(sample(5)), { maxBytes });
    await place.store.pin(cid);
    await using again = await FileStore.open(place.directory.path);
    assert.deepEqual((await again.gc(everything)).cids, []);
    await refusesWith("content/not-found", again.pin(descriptionOf(sample(6)).cid));
    assert.equal((await place.directory.files()).filter((file) => file.startsWith("pins/")).length, 1);
  });

  it("leaves files alone that are no content", async () => {
    await using place = await TemporaryStore.make();
    await writeFile(place.directory.of("content", "README"), "not ours");
    assert.deepEqual(await place.store.gc(everything), { cids: [], bytes: 0 });
    assert.deepEqual(await place.directory.files(), ["content/README"]);
  });

  it("never removes what another process has pinned at the same moment", async () => {
    await using place = await TemporaryStore.make();
    await using other = await FileStore.open(place.directory.path);
    for (let round = 0; round < 40; round++) {
      const { cid } = await place.store.put(stream(sample(50, String(round))), { maxBytes });
      const [pinned] = await Promise.allSettled([place.store.pin(cid), other.gc(everything)]);
      if (pinned.status === "fulfilled") assert.deepEqual(await other.stat(cid), { size: 50 });
      else assert.equal((pinned.reason as Refusal).code, "content/not-found");
    }
  });

  it("lets a reader finish that has begun", async () => {
    await using place = await TemporaryStore.make();
    const bytes = sample(3 * MiB);
    const { cid } = await place.store.put(stream(bytes), { maxBytes });
    const reader = place.store.get(cid);
    const first = await reader.next();
    await place.store.gc(everything);
    const rest = await collected(reader);
    assert.ok(Buffer.concat([first.done === true ? Buffer.alloc(0) : first.value, rest]).equals(bytes));
  });
});

describe("what a process leaves behind when it dies", () => {
  // No process has this number: it is above the kernel's limit.
  const gonePid = 4_194_305;

  async function leave(directory: TemporaryDirectory, name: string): Promise<string> {
    const path = directory.of("staging", name);
    await writeFile(path, "left behind");
    return `staging/${name}`;
  }

  async function ownName(directory: TemporaryDirectory): Promise<string> {
    await using store = await FileStore.open(directory.path);
    await using _ = await store.stage(stream(sample(5)), { maxBytes });
    const file = (await directory.files()).find((name) => name.startsWith("staging/")) ?? "";
    return file.slice("staging/".length);
  }

  it("is removed at the next start, and what others are writing is not", async () => {
    await using directory = await TemporaryDirectory.make();
    const [host = "", pid = "", token = ""] = (await ownName(directory)).split(/[-.]/);
    const dead = await leave(directory, `${host}-${gonePid}-${token.replace(/./g, "0")}-1.part`);
    const restarted = await leave(directory, `${host}-${pid}-00000000-1.nodes`);
    const alive = await leave(directory, `${host}-1-00000000-1.part`);
    const elsewhere = await leave(directory, `00000000-${gonePid}-00000000-1.part`);
    const ours = await leave(directory, `${host}-${pid}-${token}-999.part`);
    const unknown = await leave(directory, "something");
    await using _ = await FileStore.open(directory.path);
    const files = await directory.files();
    for (const name of [dead, restarted]) assert.ok(!files.includes(name));
    for (const name of [alive, elsewhere, ours, unknown]) assert.ok(files.includes(name), name);
  });

  it("is removed after a process was killed in the middle", async () => {
    await using directory = await TemporaryDirectory.make();
    const child = spawn(process.execPath, [new URL("hanging-writer.ts", import.meta.url).pathname, directory.path]);
    await once(child.stdout, "data");
    assert.equal((await directory.files()).length, 1);
    child.kill("SIGKILL");
    await once(child, "exit");
    await using _ = await FileStore.open(directory.path);
    assert.deepEqual(await directory.files(), []);
  });

  it("is removed when it is old, whoever wrote it", async () => {
    await using directory = await TemporaryDirectory.make();
    await using _ = await FileStore.open(directory.path);
    const file = await leave(directory, `00000000-${gonePid}-00000000-1.part`);
    await utimes(directory.of(file), 0, 0);
    await using _again = await FileStore.open(directory.path);
    assert.deepEqual(await directory.files(), []);
  });

  it("is brought back where it is content that a collection had moved aside", async () => {
    await using directory = await TemporaryDirectory.make();
    await using store = await FileStore.open(directory.path);
    const bytes = sample(2 * MiB);
    const { cid } = await store.put(stream(bytes), { maxBytes });
    const host = (await ownName(directory)).slice(0, 8);
    await rename(directory.of("content", cid), directory.of("staging", `${host}-${gonePid}-00000000-1.${cid}`));
    assert.equal(await store.stat(cid), undefined);
    await using again = await FileStore.open(directory.path);
    assert.ok((await collected(again.get(cid))).equals(bytes));
    assert.deepEqual(await directory.files(), [`content/${cid}`, `nodes/${cid}`]);
  });
});
