/** Feeds every decoder inputs that are made to exhaust it; prints how much memory that took beyond what was there. */
import { costlyCasesFor } from "./cases.ts";
import { decoders } from "./decoders/index.ts";
import { run, Tally } from "./tally.ts";

const tally = new Tally();
const peak = (): number => process.resourceUsage().maxRSS / 1024;
const before = peak();
for (const decoder of decoders) {
  for (const malformed of costlyCasesFor(decoder)) await run(tally, decoder, malformed);
  // What earlier decoders left behind is no memory of this one's.
  globalThis.gc?.();
}
console.log(JSON.stringify({ cases: tally.total, grownMiB: Math.ceil(peak() - before) }));
