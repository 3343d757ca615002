import assert from "node:assert/strict";
import { test } from "node:test";
import type { Offer } from "@firmament/core/update";
import { BenchDevice, type BenchOptions, imageSize } from "./support/bench-device.ts";
import { decliningDecider, waitingDecider } from "./support/deciders.ts";
import { alteredSource, HonestSource, offerOf } from "./support/images.ts";

interface Course {
  readonly title: string;
  readonly updates: readonly (readonly Offer[])[];
  readonly made?: () => BenchOptions;
  /** Installed before the course begins. */
  readonly before?: Offer;
  /** Whether the images on trial pass their self-test before the cut; they always do afterwards. */
  readonly passes?: boolean;
  /** What the journal says of the first update where it must not be installed, then or later. */
  readonly dropped?: string;
}

const offer = offerOf(20, imageSize);
const pair = [offer, offerOf(21, 3000, "radio")];

function altered() {
  return alteredSource(async function* (chunks) {
    for await (const chunk of chunks) yield chunk.map((byte, i) => (i === 7 ? byte ^ 1 : byte));
  });
}

const courses: readonly Course[] = [
  { title: "an update to the slot that the factory filled", before: offer, updates: [[offerOf(25, imageSize)]] },
  { title: "an update that returns", updates: [[offer]], passes: false },
  { title: "an update and the next one", updates: [[offer], [offerOf(25, imageSize)]] },
  { title: "an update of two components", made: () => ({ components: 2 }), updates: [pair] },
  { title: "content that is refused", made: () => ({ source: altered() }), updates: [[offer]] },
  {
    title: "a release that is revoked during its download",
    made: () => ({ decider: decliningDecider("release-20", "offer/revoked") }),
    updates: [[offer]],
    dropped: "failed offer/revoked",
  },
  { title: "a wait for a safe state", made: () => ({ decider: waitingDecider(2) }), updates: [[offer]] },
];

// Nothing of the operation, part of a header, most of a block, all of it.
const tears = [0, 13, 1900, Number.POSITIVE_INFINITY];

async function begin({ made, before }: Course): Promise<BenchDevice> {
  const bench = new BenchDevice(made?.());
  if (before !== undefined) await bench.carryThrough([before]);
  return bench;
}

async function run(bench: BenchDevice, { updates, passes }: Course): Promise<void> {
  for (const offers of updates) await bench.carryThrough(offers, passes);
}

// What a cut left: whatever the device does about an update is in its journal already.
function assertReported(bench: BenchDevice): void {
  const { memory, table } = bench.records;
  for (const { offer: begun } of memory.targets) assert.ok(bench.events(begun.release).includes("accepted"));
  for (const [i, place] of (table.trial?.places ?? []).entries()) {
    const image = table.components[i]?.[place];
    if (image !== undefined && place !== table.confirmed[i])
      assert.ok(bench.events(image.release).includes("installed"));
  }
}

function assertInOrder(events: readonly string[], wanted: readonly string[]): void {
  let at = 0;
  for (const event of events) if (event === wanted[at]) at++;
  assert.equal(at, wanted.length, `${events.join(", ")} lacks ${wanted.join(", ")}`);
}

const whole = ["accepted", "installed", "trial", "confirmed"];

async function recover(bench: BenchDevice, { updates, dropped }: Course): Promise<void> {
  bench.source = new HonestSource();
  assertReported(bench);
  for (const offers of dropped === undefined ? updates : []) {
    // The first attempt may find content that was altered before the cut, the second then fetches all of it again.
    await bench.carryThrough(offers);
    await bench.carryThrough(offers);
    for (const { release } of offers) assertInOrder(bench.events(release), whole);
  }
  if (dropped !== undefined) await bench.carryThrough([offer]);
  if (dropped !== undefined) assert.ok(bench.events("release-20").includes(dropped));
  assert.equal(bench.events("release-20").includes("installed"), dropped === undefined);
  await bench.carryThrough([offerOf(30, imageSize)]);
  assert.equal(bench.image().release, "release-30");
  assertInOrder(bench.events("release-30"), whole);
}

/** Cuts the power at every operation of `work`, on a copy of the device each time; what is done after each cut. */
async function cutEverywhere(
  from: BenchDevice,
  tornBytes: number,
  course: Course,
  work: (bench: BenchDevice, course: Course) => Promise<void>,
  after: (bench: BenchDevice, operation: number) => Promise<void>,
): Promise<number> {
  for (let operation = 0; ; operation++) {
    const bench = from.copy();
    bench.flash.cutPowerAt({ operation, tornBytes });
    if (await bench.survives(() => work(bench, course))) return operation;
    await after(bench, operation);
  }
}

for (const course of courses) {
  test(`[S3-25] power cut at every flash operation: ${course.title}`, async (t) => {
    const from = await begin(course);
    let cuts = 0;
    for (const tornBytes of tears) {
      cuts += await cutEverywhere(from, tornBytes, course, run, async (bench) => recover(bench, course));
    }
    t.diagnostic(`${cuts} cuts`);
    assert.ok(cuts > 100);
  });
}

for (const course of courses.filter((each) => each.passes === false || each.before !== undefined)) {
  test(`[S3-25] a second cut at every operation of the recovery: ${course.title}`, async (t) => {
    const from = await begin(course);
    let cuts = 0;
    await cutEverywhere(from, 13, course, run, async (bench, first) => {
      if (first % 12 > 0) return;
      cuts += await cutEverywhere(bench, 1 + (first % 20), course, recover, async (again) => recover(again, course));
    });
    t.diagnostic(`${cuts} second cuts`);
    assert.ok(cuts > 100);
  });
}
