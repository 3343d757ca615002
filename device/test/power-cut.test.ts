import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { emptyJournal, verifyJournal } from "@firmament/core/journal";
import { BenchDevice, imageSize } from "./support/bench-device.ts";
import { crypto } from "./support/device-key.ts";
import { offerOf } from "./support/images.ts";

interface Course {
  readonly title: string;
  readonly components: 1 | 2;
  /** Whether the images on trial pass their self-test before the cut; they always do afterwards. */
  readonly passes: boolean;
}

const courses: readonly Course[] = [
  { title: "download, install, trial boot and confirmation", components: 1, passes: true },
  { title: "an update that returns", components: 1, passes: false },
  { title: "an update of two components", components: 2, passes: true },
];

// Nothing of the operation, its first bytes, most of a block, all of it.
const tears = [0, 3, 1900, Number.POSITIVE_INFINITY];

const offersOf = (components: 1 | 2) => [offerOf(20, imageSize), offerOf(21, 3000, "radio")].slice(0, components);

async function assertRecovers(bench: BenchDevice, components: 1 | 2, about: string): Promise<void> {
  const offers = offersOf(components);
  // BenchDevice.start asserts at every start that only intact images of a confirmed or trial selection run.
  await bench.carryThrough(offers);
  if (bench.image().release !== "release-20") await bench.carryThrough(offers);
  for (const { storageLocation, release } of offers) assert.equal(bench.image(storageLocation).release, release, about);
  const counters = bench.records.counters;
  assert.ok(
    counters.every((counter) => counter <= 10),
    `${about}: the image before satisfies ${counters.join(" ")}`,
  );
  const verdict = verifyJournal(crypto, { key: bench.signer.key, head: emptyJournal("device-1") }, bench.journal);
  assert.ok("head" in verdict, about);
  assert.ok(
    bench.journal.some(({ entry }) => entry.event === "confirmed"),
    about,
  );
}

for (const { title, components, passes } of courses) {
  test(`[S3-25] power cut at every flash operation: ${title}`, async (t) => {
    let cuts = 0;
    for (const tornBytes of tears) {
      for (let operation = 0; ; operation++) {
        const bench = new BenchDevice({ components });
        bench.flash.cutPowerAt({ operation, tornBytes });
        const offers = offersOf(components);
        if (await bench.survives(() => bench.carryThrough(offers, passes))) break;
        cuts++;
        await assertRecovers(bench, components, `cut at ${operation}, torn at ${tornBytes}`);
      }
    }
    assert.ok(cuts > 100);
    t.diagnostic(`${cuts} cuts`);
  });
}

test("[S3-25] a second cut while the device recovers from the first", async () => {
  const offers = offersOf(1);
  let first = 0;
  for (; ; first++) {
    const bench = new BenchDevice();
    bench.flash.cutPowerAt({ operation: first, tornBytes: 3 });
    if (await bench.survives(() => bench.carryThrough(offers))) break;
    bench.flash.cutPowerAt({ operation: (first * 7) % 40, tornBytes: 3 });
    await bench.survives(() => bench.carryThrough(offers));
    await assertRecovers(bench, 1, `first cut at ${first}`);
  }
  assert.ok(first > 25);
});

test("[S3-25] any one flipped bit leaves a device that starts an intact image and takes the next update", async () => {
  const updated = new BenchDevice();
  await updated.carryThrough(offersOf(1));
  const content = updated.flash.content;
  const property = fc.asyncProperty(fc.nat(content.length - 1), fc.nat(7), async (offset, bit) => {
    const bench = new BenchDevice({ content });
    bench.flash.flipBit(offset, bit);
    await bench.carryThrough([offerOf(30, imageSize)]);
    assert.equal(bench.image().release, "release-30");
  });
  await fc.assert(property, { numRuns: 100 });
});
