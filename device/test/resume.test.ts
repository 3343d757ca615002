import assert from "node:assert/strict";
import { test } from "node:test";
import type { Offer } from "@firmament/core/update";
import type { ContentSource } from "@firmament/device";
import { BenchDevice, imageSize, time } from "./support/bench-device.ts";
import { alteredSource, contentOf, HonestSource, offerOf } from "./support/images.ts";

const pieceSize = 2048;

/** Serves `upTo` bytes from where it is asked and breaks; whole from the second time on. Remembers where it was asked. */
function breakingOnce(upTo: number): ContentSource & { readonly asked: readonly number[] } {
  const honest = new HonestSource();
  return {
    asked: honest.asked,
    async *open(offer, from) {
      let left = honest.asked.length === 0 ? upTo : Number.POSITIVE_INFINITY;
      for await (const chunk of honest.open(offer, from)) {
        if (chunk.length > left) {
          yield chunk.subarray(0, left);
          throw new Error("the connection broke");
        }
        left -= chunk.length;
        yield chunk;
      }
      if (left === 0) throw new Error("the connection broke");
    },
  };
}

async function broken(offer: Offer, upTo: number): Promise<{ bench: BenchDevice; asked: readonly number[] }> {
  const source = breakingOnce(upTo);
  const bench = new BenchDevice({ source });
  const runtime = await bench.start();
  await runtime.offer([offer], time);
  await assert.rejects(runtime.work(time), /broke/);
  return { bench, asked: source.asked };
}

function assertInstalled(bench: BenchDevice, { release }: Offer): void {
  assert.equal(bench.image().release, release);
}

const small = offerOf(20, 700);
const larger = offerOf(20, imageSize);
const borders = [0, pieceSize, 2 * pieceSize, imageSize].flatMap((at) => [at - 1, at, at + 1]);
const breaks = [
  { offer: small, title: "every byte of a small image", bytes: Array.from({ length: 701 }, (_, i) => i) },
  { offer: larger, title: "every piece border", bytes: borders.filter((at) => at >= 0 && at <= imageSize) },
];

for (const { offer, title, bytes } of breaks) {
  test(`a connection that breaks at ${title} goes on behind the last whole piece, in this start or the next`, async () => {
    for (const upTo of bytes) {
      const { bench, asked } = await broken(offer, upTo);
      if (upTo % 2 === 0) await bench.start();
      if (upTo === offer.image.size) {
        await bench.carryThrough([offer]);
        assert.deepEqual(asked, [0], "a whole image is not asked for again");
      } else {
        await bench.carryThrough([offer]);
        assert.deepEqual(asked, [0, upTo - (upTo % pieceSize)]);
      }
      assertInstalled(bench, offer);
    }
  });
}

test("a restart in the middle of a download is in the journal", async () => {
  const { bench } = await broken(larger, 3000);
  await bench.carryThrough([larger]);
  assert.deepEqual(bench.events("release-20"), ["accepted", "resumed", "installed", "trial", "confirmed"]);
});

const whole = contentOf("release-20", imageSize);
const liars: Readonly<Record<string, { readonly serve: (from: number) => Uint8Array; readonly code: string }>> = {
  "answers a range with the whole content": { serve: () => whole, code: "update/size" },
  "answers with a range that begins later": { serve: (from) => whole.subarray(from + 1), code: "update/size" },
  "answers with a range that begins earlier": { serve: (from) => whole.subarray(from - 1), code: "update/size" },
  "sends more bytes than asked": { serve: (from) => Buffer.concat([whole.subarray(from), whole]), code: "update/size" },
  "sends nothing": { serve: () => new Uint8Array(0), code: "update/size" },
  "changes its bytes between two parts": {
    serve: (from) => whole.subarray(from).map((byte) => byte ^ 1),
    code: "update/image-digest",
  },
};

for (const [what, { serve, code }] of Object.entries(liars)) {
  test(`a source that ${what} is refused, and an honest one serves the update afterwards`, async () => {
    for (const upTo of [pieceSize, 3000, 2 * pieceSize]) {
      const { bench } = await broken(larger, upTo);
      bench.source = {
        async *open(_, from) {
          yield serve(from);
        },
      };
      const runtime = await bench.start();
      assert.equal((await runtime.work(time))?.code, code);
      assert.ok(bench.events("release-20").includes(`failed ${code}`));
      assert.equal(bench.image().release, "release-10");
      bench.source = new HonestSource();
      await bench.carryThrough([larger]);
      assertInstalled(bench, larger);
    }
  });
}

test("a source that cuts, hangs up and lies by turns delays the update and nothing else", async () => {
  let turn = 0;
  const bench = new BenchDevice({
    source: alteredSource(async function* (chunks) {
      let left = 700 * ++turn;
      for await (const chunk of chunks) {
        if (left <= 0 && turn < 9) throw new Error("the connection broke");
        left -= chunk.length;
        yield turn === 4 ? chunk.map((byte) => byte ^ 4) : chunk;
      }
    }),
  });
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      await bench.carryThrough([larger]);
    } catch (error) {
      assert.match(String(error), /broke/);
    }
  }
  assertInstalled(bench, larger);
});
