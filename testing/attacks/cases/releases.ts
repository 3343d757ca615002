import { utf8 } from "@firmament/core/bytes";
import type { ClassPart } from "@firmament/core/bundle";
import { type Consortium, newSigner, type ReleaseOptions } from "../../kit/index.ts";
import { type Attack, type Change, onBundle, published, type Scene } from "../attack.ts";
import { asPublished, captured } from "../forge/captured.ts";
import { changeClassPart, flipBit, replaceText } from "../forge/edit.ts";

type Released = ClassPart["releases"][number];

function changeRelease({ bytes }: Scene, change: (release: Released) => Partial<Released>): Change {
  const changed = (release: Released) => ({ ...release, ...change(release) });
  return { bytes: changeClassPart(bytes, ({ releases }) => ({ releases: releases.map(changed) })) };
}

/** A captured quorum shows a release in place of the honest one. */
async function replaced({ bytes, c }: Scene, options: ReleaseOptions): Promise<Change> {
  const forged = asPublished(await c.prepare({ sequence: c.now * 1000 + 1, version: "2.0.0", ...options }));
  return { bytes: await captured(c, bytes, () => ({ releases: [forged] })) };
}

/** A published release that is at hand. */
async function wantedRelease(c: Consortium): Promise<Change> {
  const { release } = await c.publish();
  await c.cosign([0, 1, 2]);
  return { wanted: release };
}

/** A release that is at hand, and something that happens to it afterwards. */
function stopped(
  about: Pick<Attack, "code" | "name" | "shows" | "threats">,
  step: (c: Consortium, release: string) => Promise<unknown>,
): Attack {
  return onBundle({
    ...about,
    scene: wantedRelease,
    attack: async ({ c, wanted = "" }) => {
      await step(c, wanted);
      await c.cosign([0, 1, 2]);
      return { bytes: c.bundle() };
    },
  });
}

/** Four organisations register, store, approve, publish and cosign what a key of the attacker's signed. */
async function colluding(c: Consortium): Promise<Uint8Array> {
  const author = await newSigner();
  await c.submit(c.member(0).admin, "author.approve", { classes: ["sensor"], key: author.key, vendor: "acme" });
  await c.renewGrant(author);
  await c.publish({ author, sequence: c.now * 1000 + 1, version: "2.0.0" });
  await c.cosign([0, 1, 2]);
  return c.bundle();
}

/** Attacks with manifests, authors and the state of a release. */
export const releaseAttacks: readonly Attack[] = [
  onBundle({
    name: "altered manifest byte",
    threats: ["T4", "T5", "T21"],
    shows: ["S4-36", "S3-9"],
    code: "bundle/manifest-digest",
    attack: (scene) => changeRelease(scene, ({ manifest }) => ({ manifest: flipBit(manifest, manifest.length - 10) })),
  }),
  onBundle({
    name: "altered manifest that a captured quorum vouches for",
    threats: ["T4", "T19"],
    shows: ["S4-36"],
    code: "bundle/manifest-signature",
    attack: async ({ bytes, c }) => {
      const prepared = await c.prepare();
      const manifest = replaceText(prepared.manifest, '"versionID":"1.0.0"', '"versionID":"1.0.9"');
      return { bytes: await captured(c, bytes, () => ({ releases: [asPublished({ ...prepared, manifest })] })) };
    },
  }),
  onBundle({
    name: "payload signature of another image",
    threats: ["T6", "T20"],
    shows: ["S4-36"],
    code: "bundle/payload-signature",
    attack: async (scene) => {
      const { payloadSignature } = await scene.c.prepare({ image: utf8("another image") });
      return changeRelease(scene, () => ({ payloadSignature: Buffer.from(payloadSignature, "base64url") }));
    },
  }),
  onBundle({
    name: "manifest of another class",
    threats: ["T5", "T12"],
    shows: ["S4-41"],
    code: "bundle/manifest-class",
    attack: (scene) => replaced(scene, { className: "pump" }),
  }),
  onBundle({
    name: "manifest of another vendor",
    threats: ["T1", "T12"],
    code: "offer/vendor",
    attack: (scene) => replaced(scene, { manifest: { vendorID: "emca" } }),
  }),
  onBundle({
    name: "manifest for a storage location that the device has not",
    threats: ["T12"],
    shows: ["S4-44"],
    code: "offer/storage-location",
    attack: (scene) => replaced(scene, { manifest: { storageLocation: "boot" } }),
  }),
  onBundle({
    name: "dependency that is not installed in the version asked for",
    threats: ["T9"],
    shows: ["S4-49"],
    code: "offer/dependency",
    scene: async (c) => {
      await published(c);
      const dependencies = [{ classID: "radio", versionID: "2.0.0" }];
      const release = asPublished(await c.prepare({ manifest: { dependencies } }));
      const bytes = await captured(c, c.bundle(), () => ({ releases: [release] }));
      return { bytes, device: c.device({ inventory: [{ className: "radio", version: "2.0.0", versions: "semver" }] }) };
    },
    attack: ({ device }) => ({
      device: { ...device, inventory: [{ className: "radio", version: "1.9.9", versions: "semver" }] },
    }),
  }),
  onBundle({
    name: "older sequence",
    threats: ["T7"],
    shows: ["S3-12", "S4-39"],
    code: "offer/sequence",
    attack: ({ device, now }) => ({ device: { ...device, installed: { sequence: now * 1000 + 1, version: "0.9.0" } } }),
  }),
  onBundle({
    name: "equal sequence",
    threats: ["T7"],
    shows: ["S3-12", "S4-39"],
    code: "offer/sequence",
    scene: wantedRelease,
    attack: ({ device, now }) => ({ device: { ...device, installed: { sequence: now * 1000, version: "0.9.0" } } }),
  }),
  onBundle({
    name: "sequence below the rollback counter",
    threats: ["T7"],
    shows: ["S3-12"],
    code: "offer/sequence",
    attack: ({ device, now }) => ({ device: { ...device, counter: now * 1000 + 1 } }),
  }),
  onBundle({
    name: "sequence below the class's floor",
    threats: ["T7"],
    shows: ["S3-12"],
    code: "offer/floor",
    attack: async ({ bytes, c, now }) => ({ bytes: await captured(c, bytes, () => ({ floor: now * 1000 + 1 })) }),
  }),
  onBundle({
    name: "version order as text: '9' is not above '10'",
    threats: ["T7"],
    shows: ["S4-38"],
    code: "offer/version",
    scene: async (c) => {
      await published(c);
      const release = asPublished(await c.prepare({ version: "9" }));
      const bytes = await captured(c, c.bundle(), () => ({ releases: [release] }));
      return { bytes, device: c.device({ installed: { sequence: 1, version: "8" }, versions: "integer" }) };
    },
    attack: ({ device }) => ({ device: { ...device, installed: { sequence: 1, version: "10" } } }),
  }),
  onBundle({
    name: "author key revoked",
    threats: ["T2"],
    code: "bundle/author-revoked",
    attack: async ({ c }) => {
      await c.submit(c.member(0).admin, "author.revoke", { author: c.manifestKey.kid });
      await c.cosign([0, 1, 2]);
      return { bytes: c.bundle() };
    },
  }),
  onBundle({
    name: "author key swapped: all four organisations collude",
    threats: ["T1", "T18", "T19"],
    shows: ["S4-36"],
    code: "bundle/author-unknown",
    attack: async ({ c }) => ({ bytes: await colluding(c) }),
  }),
  onBundle({
    name: "author key swapped, with a false hand-over from the pinned key",
    threats: ["T1", "T19", "T26"],
    code: "bundle/author-unknown",
    attack: async ({ bytes, c }) => {
      const author = await newSigner();
      const release = asPublished(await c.prepare({ author, sequence: c.now * 1000 + 1, version: "2.0.0" }));
      const signature = Buffer.from(await author.sign(utf8("a hand-over"))).toString("base64url");
      const entitlement = {
        status: "active",
        succeeds: { from: c.manifestKey.kid, signature },
        vendor: "acme",
      } as const;
      const change = { authors: [{ entitlement, key: author.key }], releases: [release] };
      return { bytes: await captured(c, bytes, () => change) };
    },
  }),
  onBundle({
    name: "author algorithm that the class no longer allows",
    threats: ["T2", "T19"],
    code: "bundle/algorithm",
    attack: async ({ bytes, c }) => ({
      bytes: await captured(c, bytes, ({ policy }) => ({ policy: { ...policy, algorithms: ["ES256"] } })),
    }),
  }),
  stopped({ code: "offer/held", name: "held release", threats: ["T18"] }, (c, release) =>
    c.submit(c.member(2).approver, "release.hold", { release }),
  ),
  stopped({ code: "offer/revoked", name: "revoked release", shows: ["S0-10"], threats: ["T2", "T18"] }, (c, release) =>
    c.submit(c.member(0).admin, "release.revoke", { reason: "unsafe", release }),
  ),
  stopped({ code: "offer/withdrawn", name: "withdrawn release", threats: ["T7"] }, (c, release) =>
    c.submit(c.member(0).admin, "release.withdraw", { reason: "mistake", release }),
  ),
  onBundle({
    name: "release that was registered and approved by k-1 organisations only",
    threats: ["T2", "T19"],
    shows: ["S0-8"],
    code: "offer/not-live",
    scene: wantedRelease,
    attack: async ({ c }) => {
      const prepared = await c.prepare({ sequence: c.now * 1000 + 1, version: "1.1.0" });
      const wanted = await c.register(prepared);
      await c.store(wanted, prepared.image);
      await c.approve(wanted, [2]);
      await c.cosign([0, 1, 2]);
      return { bytes: c.bundle(), wanted };
    },
  }),
];
