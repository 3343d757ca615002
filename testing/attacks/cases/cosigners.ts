import type { BundleCosignature, ClassPart } from "@firmament/core/bundle";
import type { Signer } from "@firmament/core/keys";
import type { TrustDocument } from "@firmament/core/trust";
import { type Consortium, DAY, newSigner, START } from "../../kit/index.ts";
import { type Attack, type Change, onBundle, published, type Scene } from "../attack.ts";
import { captured, type Claims } from "../forge/captured.ts";
import { cosign, cosigningKey, type CosigningKey } from "../forge/cosign.ts";
import { changeClassPart, classPartOf, flipBit } from "../forge/edit.ts";

const END = START + DAY;

function keysOf(c: Consortium, members: readonly number[]): readonly CosigningKey[] {
  return members.map((i) => cosigningKey(c.member(i)));
}

/** The bundle with true cosignatures by these keys instead of its own. */
async function cosignedBy(bytes: Uint8Array, by: readonly CosigningKey[], time: number): Promise<Uint8Array> {
  const cosignatures = await cosign(classPartOf(bytes), by, time);
  return changeClassPart(bytes, () => ({ cosignatures }));
}

function changeCosignatures(
  { bytes }: Scene,
  change: (cosignatures: readonly BundleCosignature[]) => ClassPart["cosignatures"],
): Change {
  return { bytes: changeClassPart(bytes, ({ cosignatures }) => ({ cosignatures: change(cosignatures) })) };
}

function withCosigner(
  document: TrustDocument,
  name: string,
  signers: readonly Signer[],
): TrustDocument["organisations"] {
  const cosigners = signers.flatMap(({ key }) => (key.kty === "OKP" ? [{ key, until: END + 3650 * DAY }] : []));
  return document.organisations.map((member) => (member.name === name ? { ...member, cosigners } : member));
}

/** Attacks on the quorum's vote on a checkpoint. */
export const cosignerAttacks: readonly Attack[] = [
  onBundle({
    name: "k-1 cosignatures",
    threats: ["T10", "T19"],
    code: "bundle/cosignatures-few",
    attack: (scene) => changeCosignatures(scene, (all) => all.slice(1)),
  }),
  onBundle({
    name: "the trust root's threshold where the class demands one more",
    threats: ["T10", "T19"],
    code: "bundle/cosignatures-few",
    ready: { policy2: { cosignatures: 4 } },
    scene: async (c) => {
      await c.publish();
      await c.cosign();
      return {};
    },
    attack: (scene) => changeCosignatures(scene, (all) => all.slice(1)),
  }),
  onBundle({
    name: "one organisation counted twice, with two keys of its own",
    threats: ["T10", "T19"],
    code: "bundle/cosigner-twice",
    scene: async (c) => {
      const second = await newSigner();
      const { cosigner, name } = c.member(0);
      await c.nextTrust((document) => ({ organisations: withCosigner(document, name, [cosigner, second]) }));
      await published(c);
      const keys = [...keysOf(c, [0, 1]), { name, signer: second }];
      return { kept: await cosignedBy(c.bundle(), keys, c.now) };
    },
    attack: ({ bytes, kept = bytes }) => ({ bytes: kept }),
  }),
  onBundle({
    name: "one cosignature counted twice",
    threats: ["T10", "T19"],
    code: "bundle/cosigner-twice",
    attack: (scene) => changeCosignatures(scene, (all) => [...all.slice(0, 1), ...all.slice(0, 2)]),
  }),
  onBundle({
    name: "a cosigner that is not in the trust root",
    threats: ["T10", "T19"],
    code: "bundle/cosigner-unknown",
    attack: async ({ bytes, c, now }) => {
      const foreign = { name: "mallory.example", signer: await newSigner() };
      return { bytes: await cosignedBy(bytes, [...keysOf(c, [0, 1]), foreign], now) };
    },
  }),
  onBundle({
    name: "an unknown key under a cosigning organisation's name",
    threats: ["T10", "T19"],
    code: "bundle/cosigner-unknown",
    attack: async ({ bytes, c, now }) => {
      const foreign = { name: c.member(2).name, signer: await newSigner() };
      return { bytes: await cosignedBy(bytes, [...keysOf(c, [0, 1]), foreign], now) };
    },
  }),
  onBundle({
    name: "a false cosignature",
    threats: ["T10", "T21"],
    code: "bundle/cosignature",
    attack: (scene) =>
      changeCosignatures(scene, ([first, ...others]) =>
        first === undefined ? others : [{ ...first, signature: flipBit(first.signature, 63) }, ...others],
      ),
  }),
  onBundle({
    name: "a fresher time than the cosigner signed",
    threats: ["T8", "T22"],
    code: "bundle/cosignature",
    attack: (scene) => changeCosignatures(scene, (all) => all.map((each) => ({ ...each, time: each.time + 60 }))),
  }),
  onBundle({
    name: "cosignatures of another checkpoint",
    threats: ["T10", "T30"],
    code: "bundle/cosignature",
    scene: async (c) => {
      await published(c);
      const kept = c.bundle();
      await c.publish({ sequence: c.now * 1000 + 1, version: "1.1.0" });
      await c.cosign([0, 1, 2]);
      return { kept };
    },
    attack: (scene) => changeCosignatures(scene, () => classPartOf(scene.kept ?? scene.bytes).cosignatures),
  }),
  onBundle({
    name: "retired cosigner keys against a newer trust root",
    threats: ["T2", "T19"],
    code: "bundle/cosigner-unknown",
    scene: async (c) => {
      const fresh = await newSigner();
      await c.nextTrust((document) => ({ organisations: withCosigner(document, c.member(0).name, [fresh]) }));
      await c.publish();
      await c.cosign([1, 2, 3]);
      return {};
    },
    attack: async ({ bytes, c, now }) => ({ bytes: await cosignedBy(bytes, keysOf(c, [0, 1, 2]), now) }),
  }),
  onBundle({
    name: "a cosignature from after its delegation's end",
    threats: ["T2", "T19"],
    code: "bundle/delegation-expired",
    ready: { until: END },
    attack: async ({ bytes, c }) => ({ bytes: await cosignedBy(bytes, keysOf(c, [0, 1, 2]), END + 1) }),
  }),
  onBundle({
    name: "an entry from after the delegation's end, with cosignatures dated back",
    threats: ["T2", "T19", "T22"],
    code: "bundle/delegation-expired",
    ready: { until: END },
    scene: async (c) => {
      c.now = END;
      return published(c);
    },
    attack: async ({ bytes, c }) => {
      const change = ({ entry }: Claims) => ({ cosigned: END, entry: { ...entry, time: END + 1 } });
      return { bytes: await captured(c, bytes, change), now: END + 1 };
    },
  }),
];
