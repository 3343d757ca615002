import type { Signer } from "@firmament/core/keys";
import type { TrustStep } from "@firmament/core/trust";
import { Consortium, newSigner } from "../../kit/index.ts";
import { type Attack, type Change, onBundle, published, type Scene, seenBy } from "../attack.ts";
import { changeClassPart, replaceText } from "../forge/edit.ts";
import { nextDocument, signedStep, submitStep, withRoots } from "../forge/trust.ts";

function changeChain(
  { bytes }: Pick<Scene, "bytes">,
  change: (steps: readonly TrustStep[]) => readonly TrustStep[],
): Change {
  return { bytes: changeClassPart(bytes, ({ trust }) => ({ trust: change(trust) })) };
}

/** trust/2 replaces the root keys of two organisations, so that no signature serves both quorums. */
async function rotated(c: Consortium, sign: (old: readonly Signer[], fresh: readonly Signer[]) => readonly Signer[]) {
  const changed = [c.member(0), c.member(1)];
  const fresh = new Map<string, Signer>();
  for (const { name } of changed) fresh.set(name, await newSigner());
  const document = nextDocument(c, (before) => ({ organisations: withRoots(before, fresh) }));
  const kept = [c.member(2).root, c.member(3).root];
  const old = changed.map(({ root }) => root);
  return {
    forged: await signedStep(document, [...kept, ...sign(old, [...fresh.values()])]),
    honest: await signedStep(document, [...kept, ...old, ...fresh.values()]),
  };
}

function oneSided(
  about: Pick<Attack, "code" | "name">,
  sign: (old: readonly Signer[], fresh: readonly Signer[]) => readonly Signer[],
): Attack {
  let forged: TrustStep | undefined;
  return onBundle({
    ...about,
    threats: ["T2", "T19"],
    scene: async (c) => {
      const device = c.device();
      const steps = await rotated(c, sign);
      forged = steps.forged;
      await submitStep(c, steps.honest);
      await published(c);
      return { device };
    },
    attack: (scene) => changeChain(scene, ([first]) => [first, forged].filter((step) => step !== undefined)),
  });
}

/** Three trust roots on the ledger; the device pins the first. */
async function threeRoots(c: Consortium): Promise<Change> {
  const device = c.device();
  await c.nextTrust(() => ({}));
  await c.nextTrust(() => ({}));
  await published(c);
  return { device };
}

/** Attacks on the chain of trust roots. */
export const trustAttacks: readonly Attack[] = [
  oneSided({ code: "trust/new-quorum", name: "trust step signed by the old side only" }, (old) => old),
  oneSided({ code: "trust/old-quorum", name: "trust step signed by the new side only" }, (_, fresh) => fresh),
  onBundle({
    name: "skipped trust step",
    threats: ["T2", "T19"],
    code: "trust/version",
    scene: threeRoots,
    attack: (scene) => changeChain(scene, (steps) => steps.filter((_, i) => i !== 1)),
  }),
  onBundle({
    name: "trust step of another chain",
    threats: ["T2", "T19"],
    code: "trust/previous",
    scene: async (c) => {
      const device = c.device();
      const members = c.members.map(({ root }) => root);
      const other = await signedStep(
        nextDocument(c, () => ({ freshness: 3600 })),
        members,
      );
      await c.nextTrust(() => ({}));
      await c.nextTrust(() => ({}));
      await published(c);
      const { bytes } = changeChain({ bytes: c.bundle() }, ([first, , third]) =>
        [first, other, third].filter((step) => step !== undefined),
      );
      return { device, ...(bytes === undefined ? {} : { kept: bytes }) };
    },
    attack: ({ bytes, kept = bytes }) => ({ bytes: kept }),
  }),
  onBundle({
    name: "altered trust root",
    threats: ["T19", "T21"],
    code: "trust/signature",
    attack: (scene) =>
      changeChain(scene, (steps) =>
        steps.map((step) => ({
          ...step,
          document: replaceText(step.document, '"freshness":86400', '"freshness":96400'),
        })),
      ),
  }),
  onBundle({
    name: "bundle of another consortium",
    threats: ["T10", "T19"],
    code: "trust/pinned",
    attack: async () => {
      using other = await Consortium.ready();
      await published(other);
      return { bytes: other.bundle() };
    },
  }),
  onBundle({
    name: "retired trust root: a bundle from before the rotation that the device knows",
    threats: ["T2", "T5"],
    code: "trust/behind",
    scene: async (c) => {
      await published(c);
      const kept = c.bundle();
      await c.nextTrust(() => ({}));
      await c.cosign([0, 1, 2]);
      return { device: seenBy(c.device(), c.bundle(), c.now), kept };
    },
    attack: ({ bytes, kept = bytes }) => ({ bytes: kept }),
  }),
  onBundle({
    name: "a signed trust root that the ledger has not put in force",
    threats: ["T2", "T19"],
    code: "bundle/trust-version",
    scene: async (c) => {
      const next = await signedStep(
        nextDocument(c),
        c.members.map(({ root }) => root),
      );
      await published(c);
      const { bytes } = changeChain({ bytes: c.bundle() }, (steps) => [...steps, next]);
      return bytes === undefined ? {} : { kept: bytes };
    },
    attack: ({ bytes, kept = bytes }) => ({ bytes: kept }),
  }),
  onBundle({
    name: "bundle of a ledger that the trust root does not name",
    threats: ["T10", "T30"],
    code: "bundle/ledger",
    attack: ({ bytes }) => ({
      bytes: changeClassPart(bytes, ({ origin }) => ({ origin: origin.replace("registry", "shadow") })),
    }),
  }),
];
