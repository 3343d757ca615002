import { concat } from "@firmament/core/bytes";
import { inclusionProof } from "@firmament/core/log";
import { nodeCrypto } from "@firmament/crypto";
import { logNodes } from "@firmament/replica";
import { type Consortium, DAY } from "../../kit/index.ts";
import { type Attack, type Change, onBundle, published, seenBy } from "../attack.ts";
import { captured } from "../forge/captured.ts";
import { cosign, cosigningKey } from "../forge/cosign.ts";
import { changeClassPart, classPartOf } from "../forge/edit.ts";

/** The newest bundle, and as `kept` the one from before the newest release. */
async function twoReleases(c: Consortium): Promise<Change & { readonly bytes: Uint8Array; readonly kept: Uint8Array }> {
  await published(c);
  const kept = c.bundle();
  c.now += 60;
  await c.publish({ version: "1.1.0" });
  await c.cosign([0, 1, 2]);
  return { bytes: c.bundle("sensor", { from: [classPartOf(kept).size] }), kept };
}

async function afterOlder(c: Consortium): Promise<Change> {
  const { bytes, kept } = await twoReleases(c);
  return { bytes, device: seenBy(c.device(), kept, c.now), kept };
}

async function seenNewest(c: Consortium): Promise<Change> {
  await published(c);
  const bytes = c.bundle();
  return { bytes, device: seenBy(c.device(), bytes, c.now) };
}

function inclusionOf(c: Consortium, index: number, size: number): Uint8Array {
  return concat(...inclusionProof(nodeCrypto, logNodes(c.replica.database), { index, size }));
}

/** A true log that replaces the entry with which a size ended, and goes on from there. */
function forkedBefore(c: Consortium, bytes: Uint8Array, size: number): Promise<Uint8Array> {
  return captured(c, bytes, () => ({ base: size - 1, consistency: [size], fillers: 2 }));
}

const consistent = { consistency: true };

/** Attacks with a true but older, shorter or other history. */
export const historyAttacks: readonly Attack[] = [
  onBundle({
    name: "old entry under a new checkpoint, with the old entry's own inclusion proof",
    threats: ["T5", "T7", "T8"],
    code: "bundle/entry-not-last",
    scene: twoReleases,
    attack: ({ bytes, c, kept = bytes }) => {
      const old = classPartOf(kept);
      const { cosignatures, root, size } = classPartOf(bytes);
      const inclusion = inclusionOf(c, old.size - 1, size);
      return { bytes: changeClassPart(kept, () => ({ cosignatures, inclusion, root, size })) };
    },
  }),
  onBundle({
    name: "old entry under a new checkpoint, with the new entry's inclusion proof",
    threats: ["T5", "T7", "T8"],
    code: "bundle/entry-not-last",
    scene: twoReleases,
    attack: ({ bytes, kept = bytes }) => {
      const { cosignatures, inclusion, root, size } = classPartOf(bytes);
      return { bytes: changeClassPart(kept, () => ({ cosignatures, inclusion, root, size })) };
    },
  }),
  onBundle({
    name: "stale last entry with fresh cosignature times",
    threats: ["T8"],
    code: "bundle/entry-stale",
    attack: async ({ bytes, c, now }) => {
      const later = now + DAY + 1;
      const cosignatures = await cosign(
        classPartOf(bytes),
        [0, 1, 2].map((i) => cosigningKey(c.member(i))),
        later,
      );
      return { bytes: changeClassPart(bytes, () => ({ cosignatures })), now: later };
    },
  }),
  onBundle({
    name: "last entry ahead of the device's clock",
    threats: ["T22"],
    code: "bundle/entry-future",
    attack: async ({ bytes, c, now }) => ({
      bytes: await captured(c, bytes, ({ entry }) => ({ entry: { ...entry, time: now + 301 } })),
    }),
  }),
  onBundle({
    name: "time goes back from the newest entry that the device saw",
    threats: ["T7", "T22"],
    code: "bundle/entry-back",
    scene: seenNewest,
    attack: async ({ bytes, c, now }) => ({
      bytes: await captured(c, bytes, ({ entry }) => ({ entry: { ...entry, time: now - 1 } })),
    }),
  }),
  onBundle({
    name: "checkpoint smaller than the one last seen",
    threats: ["T5", "T7", "T8"],
    code: "bundle/checkpoint-older",
    scene: async (c) => {
      const { bytes, kept } = await twoReleases(c);
      return { bytes, device: seenBy(c.device(), bytes, c.now), kept };
    },
    attack: ({ bytes, kept = bytes }) => ({ bytes: kept }),
  }),
  onBundle({
    name: "checkpoint of the size last seen with another root",
    threats: ["T10"],
    code: "bundle/checkpoint-fork",
    scene: seenNewest,
    attack: async ({ bytes, c }) => ({ bytes: await captured(c, bytes, ({ base }) => ({ base: base - 1 })) }),
  }),
  onBundle({
    name: "larger checkpoint without the consistency proof that the trust root demands",
    threats: ["T10"],
    code: "bundle/consistency-missing",
    ready: consistent,
    scene: afterOlder,
    attack: ({ bytes }) => ({ bytes: changeClassPart(bytes, () => ({ consistency: [] })) }),
  }),
  onBundle({
    name: "forked history with its own consistency proof",
    threats: ["T10"],
    code: "bundle/checkpoint-fork",
    ready: consistent,
    scene: afterOlder,
    attack: async ({ bytes, c, device }) => ({ bytes: await forkedBefore(c, bytes, device.seen.size) }),
  }),
  onBundle({
    name: "forked history with a consistency proof that claims the device's own root",
    threats: ["T10"],
    code: "log/consistency-old-root",
    ready: consistent,
    scene: afterOlder,
    attack: async ({ bytes, c, device, kept = bytes }) => {
      const forked = await forkedBefore(c, bytes, device.seen.size);
      const { root } = classPartOf(kept);
      const claimed = classPartOf(forked).consistency.map((each) => ({ ...each, root }));
      return { bytes: changeClassPart(forked, () => ({ consistency: claimed })) };
    },
  }),
];
