import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyJournal, verifyJournal } from "@firmament/core/journal";
import { placeOf } from "@firmament/device";
import { BenchDevice, imageSize, time } from "./support/bench-device.ts";
import { crypto } from "./support/device-key.ts";
import { alteredSource, contentOf, HonestSource, offerOf } from "./support/images.ts";

const offer = offerOf(20, imageSize);

test("[S3-21] an update goes to the other slot and the image before stays in its own", async () => {
  const bench = new BenchDevice();
  await bench.carryThrough([offer]);
  assert.equal(bench.image().release, "release-20");
  assert.deepEqual(bench.records.table.confirmed, ["b"]);
  const before = placeOf(bench.flash, bench.layout, 0, "a").read(0, imageSize);
  assert.deepEqual(before, contentOf("release-10", imageSize));
  assert.deepEqual(bench.records.counters, [10]);
});

test("[S3-22] content with another digest never gets a trial", async () => {
  const bench = new BenchDevice({
    source: alteredSource(async function* (chunks) {
      for await (const chunk of chunks) yield chunk.map((byte, i) => (i === 7 ? byte ^ 1 : byte));
    }),
  });
  const runtime = await bench.start();
  await runtime.offer([offer], time);
  assert.equal((await runtime.work(time))?.code, "update/image-digest");
  assert.equal(runtime.isRestarting, false);
  assert.equal(bench.records.table.trial, undefined);
});

test("[S3-22] the digests are taken from the flash: a bit that flips behind the download is found", async () => {
  const slot = new BenchDevice().layout.components[0]?.b;
  assert.ok(slot !== undefined);
  const honest = new HonestSource();
  const bench: BenchDevice = new BenchDevice({
    source: {
      async *open(wanted, from) {
        yield* honest.open(wanted, from);
        bench.flash.flipBit(slot.offset + 1, 0);
      },
    },
  });
  const runtime = await bench.start();
  await runtime.offer([offer], time);
  assert.equal((await runtime.work(time))?.code, "update/image-digest");
});

test("[S4-47] content that is longer or shorter than the manifest says is refused", async () => {
  const longer = alteredSource(async function* (chunks) {
    yield* chunks;
    yield Uint8Array.of(0);
  });
  const shorter = alteredSource(async function* (chunks) {
    let left = imageSize - 1;
    for await (const chunk of chunks) {
      yield chunk.subarray(0, left);
      left -= Math.min(left, chunk.length);
    }
  });
  for (const source of [longer, shorter]) {
    const bench = new BenchDevice({ source });
    const runtime = await bench.start();
    await runtime.offer([offer], time);
    assert.equal((await runtime.work(time))?.code, "update/size");
    assert.equal(runtime.state.phase, "idle");
    assert.equal(bench.image().release, "release-10");
  }
});

test("an interrupted download goes on where it stopped, in the same start and in the next", async () => {
  let isBroken = true;
  const honest = new HonestSource();
  const bench = new BenchDevice({
    source: {
      async *open(wanted, from) {
        for await (const chunk of honest.open(wanted, from)) {
          yield chunk;
          if (isBroken && honest.asked.length < 3) throw new Error("the connection broke");
        }
      },
    },
  });
  const runtime = await bench.start();
  await runtime.offer([offer], time);
  await assert.rejects(runtime.work(time), /broke/);
  await assert.rejects(runtime.work(time), /broke/);
  isBroken = false;
  await bench.carryThrough([offer]);
  assert.deepEqual(honest.asked, [0, 0, 0]);
  assert.equal(bench.image().release, "release-20");
});

test("the table forgets a slot before the slot is erased", async () => {
  const bench = new BenchDevice();
  await bench.carryThrough([offer]);
  const runtime = await bench.start();
  await runtime.offer([offerOf(30, imageSize)], time);
  const { components, previous } = bench.records.table;
  assert.deepEqual([components[0]?.a, previous], [undefined, undefined]);
});

test("pieces that were written are not fetched again", async () => {
  const honest = new HonestSource();
  let chunksLeft = 3;
  const bench = new BenchDevice({
    source: {
      async *open(wanted, from) {
        for await (const chunk of honest.open(wanted, from)) {
          if (chunksLeft-- === 0) throw new Error("the connection broke");
          yield chunk;
        }
      },
    },
  });
  const runtime = await bench.start();
  await runtime.offer([offer], time);
  await assert.rejects(runtime.work(time), /broke/);
  await bench.carryThrough([offer]);
  assert.deepEqual(honest.asked, [0, 2048]);
  assert.equal(bench.image().release, "release-20");
});

test("[S3-23] [S3-24] an image that fails its own test is left, and the one before runs", async () => {
  const bench = new BenchDevice();
  await bench.carryThrough([offer], false);
  assert.equal(bench.image().release, "release-10");
  assert.deepEqual(bench.records.counters, [1]);
  assert.deepEqual(bench.records.memory.failed, { releases: ["release-20"], trials: 1 });
});

test("[S3-24] an image that hangs is left at the reset, without anyone's help", async () => {
  const bench = new BenchDevice({ trialBoots: 2 });
  const runtime = await bench.start();
  await runtime.offer([offer], time);
  await runtime.work(time);
  assert.equal((await bench.start()).state.phase, "trial");
  assert.equal((await bench.start()).state.phase, "trial");
  assert.equal((await bench.start()).state.phase, "idle");
  assert.equal(bench.image().release, "release-10");
});

test("[S3-25] a flipped bit in the running image boots the one before, in both slots recovery", async () => {
  const bench = new BenchDevice();
  await bench.carryThrough([offer]);
  const [a, b] = [bench.layout.components[0]?.a, bench.layout.components[0]?.b];
  assert.ok(a !== undefined && b !== undefined);
  bench.flash.flipBit(b.offset + 100, 3);
  await bench.start();
  assert.equal(bench.image().release, "release-10");
  bench.flash.flipBit(a.offset, 0);
  await bench.start();
  assert.equal(bench.image().release, "release-1");
  await bench.carryThrough([offer]);
  assert.equal(bench.image().release, "release-20");
});

test("[S3-25] a device whose records are all lost starts from its factory's table", async () => {
  const bench = new BenchDevice();
  await bench.carryThrough([offer]);
  for (const { offset, size } of [bench.layout.table, bench.layout.counters, bench.layout.memory]) {
    bench.flash.write(offset, new Uint8Array(size));
  }
  await bench.start();
  assert.equal(bench.image().release, "release-10");
});

test("two components are installed together or not at all", async () => {
  const bench = new BenchDevice({ components: 2 });
  const offers = [offerOf(20, imageSize), offerOf(21, 3000, "radio")];
  await bench.carryThrough(offers, false);
  assert.deepEqual([bench.image("main").release, bench.image("radio").release], ["release-10", "release-10"]);
  await bench.carryThrough(offers);
  assert.deepEqual([bench.image("main").release, bench.image("radio").release], ["release-20", "release-21"]);
});

test("a cancelled download ends, and the next offer is taken", async () => {
  const bench: BenchDevice = new BenchDevice({
    source: alteredSource(async function* (chunks) {
      for await (const chunk of chunks) {
        yield chunk;
        await bench.runtime?.cancel(time);
      }
    }),
  });
  const runtime = await bench.start();
  await runtime.offer([offer], time);
  assert.equal(await runtime.work(time), undefined);
  assert.equal(runtime.state.phase, "idle");
  assert.equal(await runtime.offer([offerOf(21, imageSize)], time), undefined);
});

test("[S2-9] the journal of a device holds over returns and restarts", async () => {
  const bench = new BenchDevice();
  await bench.carryThrough([offer], false);
  await bench.carryThrough([offerOf(21, imageSize)]);
  const verdict = verifyJournal(crypto, { key: bench.signer.key, head: emptyJournal("device-1") }, bench.journal);
  assert.ok("head" in verdict);
  const events = bench.journal.map(({ entry }) => entry.event);
  const failed = ["accepted", "installed", "trial", "trial-failed", "returned"];
  assert.deepEqual(events, [...failed, "accepted", "installed", "trial", "confirmed"]);
  assert.equal(bench.journal.at(-1)?.entry.versionBefore, "10");
});
