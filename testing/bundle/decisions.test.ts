import assert from "node:assert/strict";
import { test } from "node:test";
import { signManifest } from "@firmament/agents/signing";
import { toHex, utf8 } from "@firmament/core/bytes";
import { canonicalBytes } from "@firmament/core/codec";
import { assertExpected } from "@firmament/core/content";
import { decodeManifest, type Manifest } from "@firmament/core/manifest";
import type { ClassPolicy } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { BundleBuilder } from "@firmament/replica";
import { asPublished, captured } from "../attacks/forge/captured.ts";
import { changeClassPart, flipBit } from "../attacks/forge/edit.ts";
import { cidOfBytes, Consortium, START } from "../kit/index.ts";
import { after, published, running } from "./support/scenes.ts";
import {
  assertCurrent,
  assertDeclined,
  assertInstalls,
  assertRefused,
  type Given,
  verdictOf,
} from "./support/verdicts.ts";

/** A bundle whose one live release has these members in its manifest. */
async function offering(c: Consortium, members: Partial<Manifest>): Promise<Given> {
  const given = await published(c);
  const release = asPublished(await c.prepare({ manifest: members }));
  return { ...given, bytes: await captured(c, given.bytes, () => ({ releases: [release] })) };
}

async function underPolicy(c: Consortium, members: Partial<ClassPolicy>): Promise<Given> {
  const given = await published(c);
  return { ...given, bytes: await captured(c, given.bytes, ({ policy }) => ({ policy: { ...policy, ...members } })) };
}

test("[S4-34] a device compares versions and takes the release only where it is outdated", async () => {
  using c = await Consortium.ready();
  const given = await published(c, { version: "1.2.0" });
  assertInstalls("1.2.0", { ...given, device: running(given.device, "1.1.9", 1) });
  assertCurrent({ ...given, device: running(given.device, "1.2.0", c.now * 1000) });
  assertDeclined("offer/sequence", { ...given, device: running(given.device, "1.3.0", c.now * 1000 + 1) });
});

test("[S4-37] no release for a class is a defined answer, and so is an unknown class", async () => {
  using c = await Consortium.ready();
  await c.cosign([0, 1, 2]);
  const given = { bytes: c.bundle(), device: c.device(), now: c.now };
  assertDeclined("offer/none", given);
  assertCurrent({ ...given, device: running(given.device, "1.0.0", 1) });
  const builder = new BundleBuilder(c.replica.database, nodeCrypto, c.ledger);
  assert.throws(() => builder.classPart("nobody"), { code: "replica/class-unknown" });
});

test("[S4-39 S3-12] an equal or older sequence is refused, whatever its version", async () => {
  using c = await Consortium.ready();
  const given = await published(c, { version: "9.0.0" });
  const sequence = c.now * 1000;
  const wanted = given.release;
  assertInstalls("9.0.0", { ...given, device: running(given.device, "1.0.0", sequence - 1), wanted });
  assertDeclined("offer/sequence", { ...given, device: running(given.device, "1.0.0", sequence), wanted });
  assertDeclined("offer/sequence", { ...given, device: running(given.device, "1.0.0", sequence + 1) });
});

test("[S3-12] a release below the rollback counter is refused, one at it is not", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  assertInstalls("1.0.0", { ...given, device: { ...given.device, counter: c.now * 1000 } });
  assertDeclined("offer/sequence", { ...given, device: { ...given.device, counter: c.now * 1000 + 1 } });
});

test("[S4-38] versions are ordered by the class's scheme, never as text", async () => {
  using c = await Consortium.ready();
  const given = await published(c, { version: "1.10.0" });
  assertInstalls("1.10.0", { ...given, device: running(given.device, "1.9.0", 1) });
  assertDeclined("offer/version", { ...given, device: running(given.device, "1.10.0", 1) });
  assertDeclined("offer/version", { ...given, device: running(given.device, "1.11.0", 1) });
  const nine = asPublished(await c.prepare({ version: "9" }));
  const bytes = await captured(c, given.bytes, () => ({ releases: [nine] }));
  const integers = { ...given, bytes, device: c.device({ versions: "integer" }) };
  assertInstalls("9", { ...integers, device: running(integers.device, "8", 1) });
  assertDeclined("offer/version", { ...integers, device: running(integers.device, "10", 1) });
  assertRefused("manifest/version", { ...integers, device: running(c.device(), "8.0.0", 1) });
});

test("the newest release that is offered decides; an older one is no fallback for one that does not fit", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  const [older, newer] = await Promise.all([
    c.prepare({ version: "1.1.0" }),
    c.prepare({ manifest: { payloadFormat: "delta" }, sequence: c.now * 1000 + 1, version: "1.2.0" }),
  ]);
  const releases = [older, newer].map((prepared) => asPublished(prepared));
  const bytes = await captured(c, given.bytes, () => ({ releases }));
  assertDeclined("offer/format", { ...given, bytes });
  assertInstalls("1.2.0", { ...given, bytes, device: c.device({ formats: ["delta", "raw"] }) });
});

test("[S0-10] a held, revoked or withdrawn release that is at hand is refused, each with its own code", async () => {
  const steps = {
    "offer/held": (c: Consortium, release: string) => c.submit(c.member(2).approver, "release.hold", { release }),
    "offer/revoked": (c: Consortium, release: string) =>
      c.submit(c.member(0).admin, "release.revoke", { reason: "unsafe", release }),
    "offer/withdrawn": (c: Consortium, release: string) =>
      c.submit(c.member(0).admin, "release.withdraw", { reason: "mistake", release }),
  } as const;
  for (const code of ["offer/held", "offer/revoked", "offer/withdrawn"] as const) {
    using c = await Consortium.ready();
    const given = await published(c);
    assertInstalls("1.0.0", { ...given, wanted: given.release });
    const bytes = await after(c, steps[code](c, given.release));
    assertDeclined(code, { ...given, bytes, wanted: given.release });
  }
});

test("a release that is not live is refused: superseded, unknown or not yet approved", async () => {
  using c = await Consortium.ready();
  const first = await published(c);
  const bytes = await after(c, c.publish({ sequence: c.now * 1000 + 1, version: "1.1.0" }));
  assertDeclined("offer/not-live", { ...first, bytes, wanted: first.release });
  const pending = await c.register(await c.prepare({ sequence: c.now * 1000 + 2, version: "1.2.0" }));
  assertDeclined("offer/not-live", { ...first, bytes: await after(c, c.approve(pending, [2])), wanted: pending });
});

test("a hold ends by itself", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  c.now += 60;
  const bytes = await after(c, c.submit(c.member(2).approver, "release.hold", { release: given.release }));
  const until = c.now + 3 * 86_400;
  assertDeclined("offer/held", { ...given, bytes, now: c.now });
  const later = await captured(c, bytes, ({ entry }) => ({ entry: { ...entry, time: until - 1 } }));
  assertDeclined("offer/held", { ...given, bytes: later, now: until - 1 });
  assertInstalls("1.0.0", { ...given, bytes: later, now: until });
});

test("the alarm says that what runs was revoked or withdrawn", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  const device = running(given.device, "1.0.0", c.now * 1000, given.release);
  assert.equal(verdictOf({ ...given, device }).alarm, undefined);
  const revoked = c.submit(c.member(0).admin, "release.revoke", { reason: "unsafe", release: given.release });
  assert.equal(verdictOf({ ...given, bytes: await after(c, revoked), device }).alarm?.code, "offer/revoked");
});

test("a release below the class's floor is not installed", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  const floor = async (sequence: number) => ({
    ...given,
    bytes: await captured(c, given.bytes, () => ({ floor: sequence })),
  });
  assert.equal(assertInstalls("1.0.0", await floor(c.now * 1000)).floor, c.now * 1000);
  assertDeclined("offer/floor", await floor(c.now * 1000 + 1));
});

test("[S4-41] a manifest of another class is refused, and so is one that differs from the head", async () => {
  using c = await Consortium.ready();
  assertRefused("bundle/manifest-class", await offering(c, { classID: "pump" }));
  const given = await published(c, { sequence: c.now * 1000 + 1, version: "1.1.0" });
  for (const change of [{ version: "1.1.1" }, { sequence: c.now * 1000 + 2 }]) {
    const bytes = await captured(c, given.bytes, ({ releases }) => ({
      releases: releases.map((each) => ({ ...each, live: { ...each.live, ...change } })),
    }));
    assertRefused("bundle/manifest-class", { ...given, bytes });
  }
});

test("[S4-44] vendor, storage location, format and wrapper must be the device's", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  assertDeclined("offer/vendor", { ...given, device: c.device({ vendor: "emca" }) });
  assertDeclined("offer/storage-location", { ...given, device: c.device({ storageLocations: ["boot"] }) });
  assertDeclined("offer/format", { ...given, device: c.device({ formats: ["delta"] }) });
  assertDeclined("offer/format", { ...given, device: c.device({ wrappers: ["hpke"] }) });
  const processed = await c.prepare({ manifest: { payloadProcessing: [{ algorithm: "zstd" }] } });
  const bytes = await captured(c, given.bytes, () => ({ releases: [asPublished(processed)] }));
  assertDeclined("offer/format", { ...given, bytes });
});

test("a manifest that names no vendor is for the vendor of its class", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  const prepared = await c.prepare();
  const { vendorID: _, ...anonymous } = decodeManifest(nodeCrypto, prepared.manifest);
  const manifest = canonicalBytes(anonymous);
  const signatures = await signManifest(nodeCrypto, c.manifestKey, manifest, anonymous.payloadDigest);
  const release = asPublished({ ...prepared, ...signatures, manifest });
  assertInstalls("1.0.0", { ...given, bytes: await captured(c, given.bytes, () => ({ releases: [release] })) });
});

test("[S4-49] a missing or older dependency blocks the installation", async () => {
  using c = await Consortium.ready();
  const given = await offering(c, { dependencies: [{ classID: "radio", versionID: "2.0.0" }] });
  const having = (version: string, versions: "integer" | "semver" = "semver") => ({
    ...given,
    device: c.device({ inventory: [{ className: "radio", version, versions }] }),
  });
  assertDeclined("offer/dependency", given);
  assertDeclined("offer/dependency", having("1.10.0"));
  assertDeclined("offer/dependency", having("3", "integer"));
  for (const version of ["2.0.0", "2.0.1", "10.0.0"]) assertInstalls("1.0.0", having(version));
});

test("the safe states that the class demands must be asserted, all of them", async () => {
  using c = await Consortium.ready();
  const given = await underPolicy(c, { safeState: ["idle", "on-mains"] });
  assertDeclined("offer/safe-state", given);
  assertDeclined("offer/safe-state", { ...given, device: c.device({ safeState: ["idle"] }) });
  assertInstalls("1.0.0", { ...given, device: c.device({ safeState: ["idle", "on-mains"] }) });
});

test("[S3-39] updates are installed in the class's windows only, across the end of the week too", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  // START is a Thursday, 00:00 UTC: minute 4320 of the week.
  const at = async (windows: NonNullable<ClassPolicy["windows"]>, minutes: number) => ({
    ...given,
    bytes: await captured(c, given.bytes, ({ policy }) => ({ policy: { ...policy, windows } })),
    now: START + minutes * 60,
  });
  const thursday = [{ length: 60, start: 4320 + 120 }];
  assertDeclined("offer/window", await at(thursday, 119));
  assertInstalls("1.0.0", await at(thursday, 120));
  assertInstalls("1.0.0", await at(thursday, 179));
  assertDeclined("offer/window", await at(thursday, 180));
  const weekLong = [{ length: 10_080, start: 4321 }];
  assertInstalls("1.0.0", await at(weekLong, 0));
  const wrapping = [{ length: 4322, start: 10_079 }];
  assertInstalls("1.0.0", await at(wrapping, 0));
  assertDeclined("offer/window", await at(wrapping, 1));
});

test("[S0-11 S2-3 S4-47] bytes that someone altered in a store are no longer what the verdict names", async () => {
  using c = await Consortium.ready();
  const { manifest } = assertInstalls("1.0.0", await published(c));
  const { image } = await c.prepare();
  const found = (bytes: Uint8Array) => ({
    cid: cidOfBytes(nodeCrypto, bytes),
    sha256: toHex(nodeCrypto.sha256(bytes)),
    sha384: toHex(nodeCrypto.sha384(bytes)),
    size: bytes.length,
  });
  assert.ok(manifest.stored !== undefined);
  const { stored } = manifest;
  assertExpected(found(image), stored);
  assert.throws(() => assertExpected(found(flipBit(image, 5)), stored), { code: "content/digest-mismatch" });
  assert.throws(() => assertExpected(found(utf8("longer than before, much longer")), stored), {
    code: "content/size-mismatch",
  });
});

test("[S2-49] a device verifies the version that it runs against the published root", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  const device = running(given.device, "1.0.0", c.now * 1000, given.release);
  assertCurrent({ ...given, device });
  assertInstalls("1.0.0", { ...given, device: running(given.device, "0.9.0", c.now * 1000 - 1) });
  const elsewhere = changeClassPart(given.bytes, ({ root }) => ({ root: flipBit(root, 7) }));
  assertRefused("bundle/cosignature", { ...given, bytes: elsewhere, device });
});
