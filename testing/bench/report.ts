import { verifyBundle } from "@firmament/core/bundle";
import { nodeCrypto } from "@firmament/crypto";
import { againstFloor, type Ratio } from "./floor.ts";
import { otherClasses, type Scale, scaledLedger, type ScaledLedger } from "./scale.ts";
import { type BundleSizes, type Depths, depthsOf, sizesOf } from "./sizes.ts";

export interface Environment {
  readonly cores: number;
  readonly cpu: string;
  readonly node: string;
  readonly platform: string;
}

export interface Limit {
  readonly what: string;
  readonly bytes: number;
  readonly limit: number;
  readonly holds: boolean;
}

export interface Report {
  readonly environment: Environment;
  readonly scale: Scale;
  readonly buildSeconds: number;
  readonly sizes: BundleSizes;
  /** Hashes of the state proof, over many classes of the same ledger. */
  readonly depths: Depths;
  /** The device part of a targeted class. */
  readonly devicePart: number;
  readonly limits: readonly Limit[];
  readonly verify: Ratio;
  readonly publishMs: number;
}

/** Bytes. */
const LIMITS = { classPart: 2000, devicePart: 800 } as const;

const ROUNDS = 300;

function limitsOf(sizes: BundleSizes, devicePart: number): readonly Limit[] {
  const found = [
    { bytes: sizes.classPart, limit: LIMITS.classPart, what: "class part without trust steps and manifests" },
    { bytes: devicePart, limit: LIMITS.devicePart, what: "device part" },
  ];
  return found.map((each) => ({ ...each, holds: each.bytes <= each.limit }));
}

function verifyTime({ c }: ScaledLedger, bundle: Uint8Array): Ratio {
  const [device, now] = [c.device(), c.now];
  const work = (crypto: typeof nodeCrypto) => {
    const { decision } = verifyBundle(bundle, { crypto, device, now });
    if (decision.action !== "install") throw new Error("the bundle of the bench must install");
  };
  return againstFloor(nodeCrypto, work, ROUNDS);
}

/** Builds the ledger and measures its bundles. */
export async function measure(scale: Scale, environment: Environment): Promise<Report> {
  const started = performance.now();
  const ledger = await scaledLedger(scale);
  using c = ledger.c;
  const buildSeconds = (performance.now() - started) / 1000;
  const bundle = c.bundle();
  const sizes = sizesOf(bundle);
  const { devicePart } = sizesOf(c.bundle("valve", { device: ledger.device }));
  const depths = depthsOf(c.view(), otherClasses);
  const verify = verifyTime(ledger, bundle);
  const limits = limitsOf(sizes, devicePart);
  return { buildSeconds, depths, devicePart, environment, limits, publishMs: ledger.publishMs, scale, sizes, verify };
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  const render = (line: readonly string[]) => `| ${line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [render(head), rule, ...rows.map(render)].join("\n");
}

// A hash of the state proof costs 32 bytes and one in the proof's shape; a class's depth is chance.
function atMeanDepth({ classPart, stateHashes }: BundleSizes, { mean }: Depths): number {
  return Math.round(classPart + (mean - stateHashes) * 33);
}

const ms = (value: number) => `${value.toFixed(3)} ms`;

/** The report as tables. */
export function renderReport({
  buildSeconds,
  depths,
  environment,
  limits,
  publishMs,
  scale,
  sizes,
  verify,
}: Report): string {
  const { cores, cpu, node, platform } = environment;
  const parts = sizes.parts.toSorted((a, b) => b.bytes - a.bytes);
  return [
    `node ${node}, ${platform}, ${cores} cores, ${cpu}`,
    `${scale.entries} entries, ${scale.keys} state keys, built in ${buildSeconds.toFixed(1)} s`,
    "",
    table(
      ["size", "bytes", "limit", ""],
      [
        ...limits.map(({ bytes, holds, limit, what }) => [
          what,
          String(bytes),
          String(limit),
          holds ? "holds" : "EXCEEDED",
        ]),
        ["class part at a class's mean depth in the state", String(atMeanDepth(sizes, depths)), "", ""],
        ["manifest", String(sizes.manifests), "", "apart"],
        ["trust steps", String(sizes.trust), "", "apart"],
        ["whole bundle", String(sizes.whole), "", ""],
      ],
    ),
    "",
    table(
      ["member of the class part", "bytes"],
      parts.map(({ bytes, part }) => [part, String(bytes)]),
    ),
    `state proof over ${otherClasses.length} other classes: ${depths.least} to ${depths.most} hashes, mean ${depths.mean.toFixed(1)}`,
    "",
    table(
      ["time", "median", ""],
      [
        ["verify a bundle", ms(verify.work), ""],
        ["its primitives alone", ms(verify.floor), `${verify.signatures} signatures, ${verify.hashes} hashes`],
        ["ratio", verify.ratio.toFixed(2), ""],
        ["publish a release", ms(publishMs), "one run: petition, register, 2 receipts, 2 approvals"],
      ],
    ),
  ].join("\n");
}
