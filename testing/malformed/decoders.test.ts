import assert from "node:assert/strict";
import { test } from "node:test";
import { truncations } from "./byte-cases.ts";
import { casesFor } from "./cases.ts";
import { decoders } from "./decoders/index.ts";
import { seed } from "./random.ts";
import { run, Tally } from "./tally.ts";

const tally = new Tally();

for (const decoder of decoders) {
  const { name, samples } = decoder;
  test(`${name} takes nothing but the one form of its input, and refuses the rest with a code`, async () => {
    for (const bytes of samples) decoder.accepted(await decoder.decode(bytes), bytes);
    for (const malformed of casesFor(decoder)) await run(tally, decoder, malformed);
  });
}

// The golden files: bundles, devices, trust root and a transaction of every type.
const cutEverywhere = ["decodeDevice", "decodeTransaction", "decodeTrustFile", "verifyBundle"];

for (const decoder of decoders.filter(({ name }) => cutEverywhere.includes(name)))
  test(`${decoder.name} refuses a golden file that is cut at any byte`, async () => {
    const before = tally.accepted;
    for (const sample of decoder.samples)
      for (const malformed of truncations(sample)) await run(tally, decoder, malformed);
    assert.equal(tally.accepted, before);
  });

test("at least 10,000 malformed inputs ran", () => {
  console.log([`seed ${seed}`, ...tally.lines(), `${tally.total} cases`].join("\n"));
  assert.ok(tally.total >= 10_000, `only ${tally.total} ran`);
});
