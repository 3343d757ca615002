import { verifyBundle } from "@firmament/core/bundle";
import { nodeCrypto } from "@firmament/crypto";
import { type BuildTimes, measureBuild } from "./bundle-build.ts";
import { type Figure, type Part, within } from "./figure.ts";
import { againstFloor, type Ratio } from "./floor.ts";
import { otherClasses, type Scale, scaledLedger, type ScaledLedger } from "./scale.ts";
import { type BundleSizes, type Depths, depthsOf, sizesOf } from "./sizes.ts";

/** What was measured on one ledger of a given scale. */
export interface LedgerTimes {
  readonly scale: Scale;
  readonly buildSeconds: number;
  readonly sizes: BundleSizes;
  /** Hashes of the state proof, over many classes of the same ledger. */
  readonly depths: Depths;
  /** Bytes of the device part of a targeted class. */
  readonly devicePart: number;
  readonly verify: Ratio;
  readonly publishMs: number;
  readonly build: BuildTimes;
}

/** Bytes. */
const LIMITS = { classPart: 2000, devicePart: 800 } as const;
const VERIFY_RATIO = 1.5;
const ROUNDS = 300;

function verifyTime({ c }: ScaledLedger, bundle: Uint8Array): Ratio {
  const [device, now] = [c.device(), c.now];
  const work = (crypto: typeof nodeCrypto) => {
    const { decision } = verifyBundle(bundle, { crypto, device, now });
    if (decision.action !== "install") throw new Error("the bundle of the bench must install");
  };
  return againstFloor(nodeCrypto, work, ROUNDS);
}

/** Builds the ledger and measures its bundles. */
export async function measureLedger(scale: Scale): Promise<LedgerTimes> {
  const started = performance.now();
  const ledger = await scaledLedger(scale);
  using c = ledger.c;
  const buildSeconds = (performance.now() - started) / 1000;
  const bundle = c.bundle();
  return {
    build: measureBuild(ledger),
    buildSeconds,
    depths: depthsOf(c.view(), otherClasses),
    devicePart: sizesOf(c.bundle("valve", { device: ledger.device })).devicePart,
    publishMs: ledger.publishMs,
    scale,
    sizes: sizesOf(bundle),
    verify: verifyTime(ledger, bundle),
  };
}

// A hash of the state proof costs 32 bytes and one in the proof's shape; a class's depth is chance.
function atMeanDepth({ classPart, stateHashes }: BundleSizes, { mean }: Depths): number {
  return Math.round(classPart + (mean - stateHashes) * 33);
}

/** Sizes of a bundle and of its members. */
export function sizesPart({ buildSeconds, depths, devicePart, scale, sizes }: LedgerTimes): Part {
  const size = (what: string, value: number): Figure => ({ what, value, unit: "bytes" });
  const members = sizes.parts.toSorted((a, b) => b.bytes - a.bytes);
  return {
    title: "sizes of a class bundle",
    figures: [
      within("limit", size("class part without trust steps and manifests", sizes.classPart), LIMITS.classPart),
      within("limit", size("device part", devicePart), LIMITS.devicePart),
      size("class part at a class's mean depth in the state", atMeanDepth(sizes, depths)),
      size("manifest, apart", sizes.manifests),
      size("trust steps, apart", sizes.trust),
      size("whole bundle", sizes.whole),
      ...members.map(({ bytes, part }) => size(`  ${part}`, bytes)),
    ],
    notes: [
      `${scale.entries} entries, ${scale.keys} state keys, built in ${buildSeconds.toFixed(1)} s`,
      `state proof over ${otherClasses.length} other classes: ${depths.least} to ${depths.most} hashes, mean ${depths.mean.toFixed(1)}`,
    ],
  };
}

/** Verification beside its bare primitives. */
export function verifyPart({ publishMs, verify }: LedgerTimes): Part {
  const { floor, hashes, ratio, signatures, work } = verify;
  const bound = { kind: "limit", text: `ratio ≤ ${VERIFY_RATIO}`, holds: ratio <= VERIFY_RATIO } as const;
  return {
    title: "verify a bundle",
    figures: [
      { what: "median", value: work, unit: "ms", floor, bound },
      { what: "publish a release", value: publishMs, unit: "ms" },
    ],
    notes: [
      `floor: its ${signatures} signatures and ${hashes} hashes bare`,
      "publication: one run of petition, register, 2 receipts, 2 approvals",
    ],
  };
}
