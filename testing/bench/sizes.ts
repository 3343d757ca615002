import { decodeCbor, encodeCbor, type Cbor } from "@firmament/core/codec";
import { bundleLimits } from "@firmament/core/bundle";
import type { StateView } from "@firmament/replica";

/** Bytes of one part of a bundle. */
export interface PartSize {
  readonly part: string;
  readonly bytes: number;
}

/** What a bundle's bytes are spent on. */
export interface BundleSizes {
  readonly whole: number;
  /** Class part without trust steps and manifests, which are counted apart. */
  readonly classPart: number;
  readonly trust: number;
  readonly manifests: number;
  readonly devicePart: number;
  /** Hashes of the class part's state proof. */
  readonly stateHashes: number;
  /** The class part's members, trust steps and manifests left out. */
  readonly parts: readonly PartSize[];
}

const NAMES = [
  "origin",
  "trust chain",
  "size",
  "log root",
  "cosignatures",
  "last entry",
  "inclusion proof",
  "state proof, shape",
  "state proof, hashes",
  "head",
  "policy",
  "authors",
  "releases",
  "consistency proofs",
] as const;

const sizeOf = (value: Cbor) => encodeCbor(value).length;

function itemsOf(value: Cbor | undefined): readonly Cbor[] {
  if (!Array.isArray(value)) throw new TypeError("a bundle is made of arrays");
  return value as readonly Cbor[];
}

// A release is [manifest, two signatures, author]: only the manifest is counted apart.
function withoutManifests(releases: Cbor | undefined): { readonly rest: number; readonly manifests: number } {
  const items = itemsOf(releases);
  const manifests = items.reduce<number>((sum, each) => sum + sizeOf(itemsOf(each)[0] ?? 0), 0);
  return { manifests, rest: sizeOf(items) - manifests };
}

function hashesIn(value: Cbor | undefined): number {
  return value instanceof Uint8Array ? value.length / 32 : 0;
}

/** Measures an encoded bundle. */
export function sizesOf(bundle: Uint8Array): BundleSizes {
  const [, shared, own] = itemsOf(decodeCbor(bundle, bundleLimits));
  const items = itemsOf(shared);
  const { manifests, rest } = withoutManifests(items[12]);
  const trust = sizeOf(items[1] ?? 0);
  const all = NAMES.map((part, i) => ({ bytes: i === 12 ? rest : sizeOf(items[i] ?? 0), part }));
  const parts = all.filter((_, i) => i !== 1);
  return {
    classPart: sizeOf(items) - trust - manifests,
    devicePart: sizeOf(own ?? []),
    manifests,
    parts,
    stateHashes: hashesIn(items[8]),
    trust,
    whole: bundle.length,
  };
}

/** Hashes in a proof over many classes; each costs 33 bytes, one of them in the proof's shape. */
export interface Depths {
  readonly least: number;
  readonly mean: number;
  readonly most: number;
}

/** How many hashes lead from the state root to each of the classes. */
export function depthsOf(view: StateView, classes: readonly string[]): Depths {
  const counts = classes.map((name) => view.prove([["head", name]]).hashes.length / 32);
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return { least: Math.min(...counts), mean, most: Math.max(...counts) };
}
