import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "@firmament/core/errors";
import type { FlashRange } from "@firmament/device";
import { BenchDevice, imageSize, time } from "./support/bench-device.ts";
import { alteredSource, HonestSource, offerOf } from "./support/images.ts";

const first = offerOf(20, imageSize);
const second = offerOf(25, imageSize);
const third = offerOf(30, imageSize);

async function updated(): Promise<BenchDevice> {
  const bench = new BenchDevice();
  await bench.carryThrough([first]);
  return bench;
}

// Two of the three pieces are in the slot.
async function downloading(): Promise<BenchDevice> {
  const bench = await updated();
  bench.source = alteredSource(async function* (chunks) {
    let left = 4300;
    for await (const chunk of chunks) {
      yield chunk.subarray(0, left);
      left -= chunk.length;
      if (left <= 0) throw new Error("the connection broke");
    }
  });
  const runtime = await bench.start();
  await runtime.offer([second], time);
  await assert.rejects(runtime.work(time), /broke/);
  bench.source = new HonestSource();
  return bench;
}

async function restarting(): Promise<BenchDevice> {
  const bench = await updated();
  const runtime = await bench.start();
  await runtime.offer([second], time);
  await runtime.work(time);
  assert.ok(runtime.isRestarting);
  return bench;
}

const states = [
  { title: "idle", make: updated },
  { title: "in the middle of a download", make: downloading },
  { title: "before a trial boot", make: restarting },
] as const;

// Every field of the header and bytes all over the payload, of what is written at all.
const recordOffsets = [0, 3, 4, 7, 8, 15, 16, 18, 19, 20, 60, 200, 333];

function flipped(from: BenchDevice, ...offsets: readonly number[]): BenchDevice {
  const bench = from.copy();
  for (const offset of offsets) bench.flash.flipBit(offset, offset % 8);
  return bench;
}

async function assertUpdatesAgain(bench: BenchDevice): Promise<void> {
  await bench.carryThrough([third]);
  await bench.carryThrough([third]);
  assert.equal(bench.image().release, "release-30");
}

function copiesOf({ offset, size }: FlashRange): readonly [number, number] {
  return [offset, offset + size / 2];
}

const records = ["table", "counters", "memory"] as const;

for (const { title, make } of states) {
  test(`[S3-25] a flipped bit in one copy of a record changes nothing: ${title}`, async () => {
    const from = await make();
    const clean = from.copy();
    await clean.start();
    for (const name of records) {
      for (const copy of copiesOf(from.layout[name])) {
        for (const offset of recordOffsets) {
          const bench = flipped(from, copy + offset);
          await bench.start();
          assert.deepEqual(bench.records.table, clean.records.table);
          assert.deepEqual(bench.records.counters, clean.records.counters);
          assert.deepEqual(bench.records.memory, clean.records.memory);
          if (offset % 4 === 0) await assertUpdatesAgain(bench);
        }
      }
    }
  });

  test(`[S3-25] a flipped bit in an image never runs, and the device says so: ${title}`, async () => {
    const from = await make();
    const places = from.layout.components[0];
    assert.ok(places?.a !== undefined && places.b !== undefined && places.recovery !== undefined);
    const { components, confirmed, trial } = from.records.table;
    for (const place of ["a", "b", "recovery"] as const) {
      const { offset = 0 } = places[place] ?? {};
      const size = components[0]?.[place]?.size ?? imageSize;
      // A trial that is intact boots whatever became of the confirmed image.
      const fallsBack = trial === undefined && confirmed[0] === place;
      const returns = trial?.places[0] === place;
      for (const at of [0, 1, 999, 2047, 2048, size - 1]) {
        const bench = flipped(from, offset + at);
        const before = bench.image().release;
        await bench.start();
        assert.equal(bench.image().release !== before, fallsBack);
        assert.equal(
          bench.events().some((event) => event.startsWith("fell-back")),
          fallsBack,
        );
        assert.equal(bench.events("release-25").includes("returned"), returns);
        await assertUpdatesAgain(bench);
      }
    }
  });

  test(`[S3-25] flipped bits in both copies of a record: the factory's values, and an entry with a code: ${title}`, async () => {
    const from = await make();
    for (const name of records) {
      const bench = flipped(from, ...copiesOf(from.layout[name]).map((copy) => copy + 20));
      assert.deepEqual(bench.records.lost, [name]);
      bench.forgetCounters();
      await bench.start();
      const entry = bench.journal.map((each) => each.entry).find(({ event }) => event === `${name}-lost`);
      assert.equal(entry?.status, "device/record-lost");
      assert.deepEqual(bench.records.lost, []);
      await assertUpdatesAgain(bench);
    }
  });
}

test("[S3-25] a piece that rots after it was written is found before the trial, and the next attempt fetches all again", async () => {
  const from = await downloading();
  const slot = from.layout.components[0]?.a;
  assert.ok(slot !== undefined);
  for (const at of [0, 2047, 2048, 4095]) {
    const bench = flipped(from, slot.offset + at);
    await bench.carryThrough([second]);
    assert.ok(bench.events("release-25").includes("failed update/image-digest"));
    await bench.carryThrough([second]);
    assert.equal(bench.image().release, "release-25");
  }
});

test("a flipped bit in the journal costs that entry, and the gap is seen by whoever follows the chain", async () => {
  const from = await updated();
  const cells = from.journal.length;
  for (let cell = 0; cell < cells; cell++) {
    for (const offset of [0, 5, 7, 8, 100]) {
      const bench = flipped(from, from.layout.journal.offset + cell * 2048 + offset);
      const sequences = bench.journal.map(({ entry }) => entry.sequence);
      assert.ok(!sequences.includes(cell));
      if (cell < cells - 1)
        assert.throws(
          () => bench.events(),
          (error) => error instanceof Refusal && error.code === "journal/gap",
        );
      await bench.carryThrough([third]);
      assert.equal(bench.image().release, "release-30");
      assert.equal(bench.journal.at(-1)?.entry.event, "confirmed");
    }
  }
});
