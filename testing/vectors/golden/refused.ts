import { concat, fromHex, toHex } from "@firmament/core/bytes";
import type { ClassPart } from "@firmament/core/bundle";
import { changeClassPart, classPartOf, flipBit, replaceText } from "../../attacks/forge/edit.ts";

/** A bundle that must be refused, by what was done to the good one. */
export interface Refused {
  readonly name: string;
  readonly code: string;
  readonly bytes: Uint8Array;
}

interface Material {
  /** The good bundle. */
  readonly good: Uint8Array;
  /** The true bundle of the same class from before. */
  readonly older: Uint8Array;
}

function altered(
  good: Uint8Array,
  name: string,
  code: string,
  change: (part: ClassPart) => Partial<ClassPart>,
): Refused {
  return { bytes: changeClassPart(good, change), code, name };
}

function forms(good: Uint8Array): readonly Refused[] {
  const hex = toHex(good);
  return [
    { bytes: good.subarray(0, -1), code: "codec/cbor", name: "cut-off" },
    { bytes: fromHex(hex.replace(/^83/, "9803")), code: "codec/cbor", name: "length-not-shortest" },
    { bytes: fromHex(`9f${hex.slice(2)}ff`), code: "codec/cbor", name: "indefinite-length" },
    { bytes: fromHex(hex.replace("2f7631", "2f7632")), code: "bundle/form", name: "another-type" },
  ];
}

function history({ good, older }: Material): readonly Refused[] {
  const { cosignatures, inclusion, root, size } = classPartOf(good);
  return [
    altered(older, "old-entry-under-a-new-checkpoint", "bundle/entry-not-last", () => ({
      consistency: classPartOf(good).consistency,
      cosignatures,
      inclusion,
      root,
      size,
    })),
    altered(good, "consistency-proof-missing", "bundle/consistency-missing", () => ({ consistency: [] })),
    altered(good, "consistency-proof-altered", "log/consistency-new-root", ({ consistency }) => ({
      consistency: consistency.map((each) => ({ ...each, path: flipBit(each.path, each.path.length - 1) })),
    })),
    altered(good, "trust-step-skipped", "trust/version", ({ trust }) => ({ trust: trust.slice(1) })),
    altered(good, "trust-root-altered", "trust/signature", ({ trust }) => ({
      trust: trust.map((step) => ({
        ...step,
        document: replaceText(step.document, '"freshness":86400', '"freshness":96400'),
      })),
    })),
    altered(good, "trust-root-not-in-force", "bundle/trust-version", ({ trust }) => ({ trust: trust.slice(0, 1) })),
    altered(good, "cosignature-missing", "bundle/cosignatures-few", () => ({ cosignatures: cosignatures.slice(1) })),
    altered(good, "cosignature-twice", "bundle/cosigner-twice", () => ({
      cosignatures: [...cosignatures.slice(0, 1), ...cosignatures],
    })),
    altered(good, "cosignature-time-altered", "bundle/cosignature", () => ({
      cosignatures: cosignatures.map((each) => ({ ...each, time: each.time + 1 })),
    })),
  ];
}

function records({ good }: Material): readonly Refused[] {
  return [
    altered(good, "head-altered", "state/proof-root", ({ head }) => ({
      head: replaceText(head, '"live":[', '"floor":1,"live":['),
    })),
    altered(good, "proof-surplus", "state/proof-form", ({ proof }) => ({
      proof: { ...proof, hashes: concat(proof.hashes, new Uint8Array(32)) },
    })),
    altered(good, "manifest-altered", "bundle/manifest-digest", ({ releases }) => ({
      releases: releases.map((each) => ({ ...each, manifest: flipBit(each.manifest, 40) })),
    })),
    altered(good, "manifest-signature-false", "bundle/manifest-signature", ({ releases }) => ({
      releases: releases.map((each) => ({ ...each, signature: flipBit(each.signature, 8) })),
    })),
  ];
}

/** Alterations of a good bundle, each refused by the code beside it. */
export function refusedBundles(material: Material): readonly Refused[] {
  return [...forms(material.good), ...history(material), ...records(material)];
}
