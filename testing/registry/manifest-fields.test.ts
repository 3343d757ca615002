import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex, utf8 } from "@firmament/core/bytes";
import { type Device, verifyBundle } from "@firmament/core/bundle";
import { assertExpected } from "@firmament/core/content";
import { decodeManifest, type Manifest } from "@firmament/core/manifest";
import { nodeCrypto } from "@firmament/crypto";
import { cidOfBytes, Consortium, newSigner, type ReleaseOptions } from "@firmament/testing/kit";
import { type Code, propose, refused } from "./support.ts";

async function ready(): Promise<Consortium> {
  const c = await Consortium.ready();
  await c.renewGrant();
  return c;
}

/** Publishes one release, and asks what a device does about it. */
async function decide(
  c: Consortium,
  options: ReleaseOptions,
  ...devices: readonly Partial<Device>[]
): Promise<readonly string[]> {
  const { release } = await c.publish(options);
  await c.cosign();
  const bundle = c.bundle(options.className);
  return devices.map((changes) => {
    const device = c.device(changes);
    const { decision } = verifyBundle(bundle, { crypto: nodeCrypto, device, now: c.now, wanted: release });
    return decision.action === "refuse" ? decision.refusal.code : decision.action;
  });
}

async function refusesManifest(c: Consortium, code: Code, manifest: object): Promise<void> {
  const prepared = await c.prepare({ manifest });
  await refused(c, code, () => c.register(prepared));
}

test("[S4-38] versionID: devices install only a superior one", async () => {
  using c = await ready();
  const installed = (version: string) => ({ installed: { sequence: 1, version } });
  const found = await decide(c, { version: "1.10.0" }, installed("1.9.9"), installed("1.10.0"), installed("1.11.0"));
  assert.deepEqual(found, ["install", "offer/version", "offer/version"]);
});

test("[S4-39] monotonicSequenceNumber: an older one is refused by the ledger and by the device", async () => {
  using c = await ready();
  const sequence = c.now * 1000;
  const installed = (offset: number) => ({ installed: { sequence: sequence + offset, version: "0.1.0" } });
  assert.deepEqual(await decide(c, { sequence }, installed(-1), installed(0), installed(1)), [
    "install",
    "offer/sequence",
    "offer/sequence",
  ]);
  const older = await c.prepare({ sequence: sequence - 1, version: "2.0.0" });
  await refused(c, "release/sequence", () => c.register(older));
});

test("[S4-40] vendorID: optional, a UUID does, and another vendor's is refused", async () => {
  using c = await ready();
  const uuid = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
  await propose(c, { organisation: "alpha.example", type: "vendor.create", vendor: uuid }, [0, 1, 2]);
  await refusesManifest(c, "class/vendor", { vendorID: uuid });
  const honest = await c.prepare({ version: "1.0.0" });
  assert.equal(decodeManifest(nodeCrypto, honest.manifest).vendorID, "acme");
  assert.deepEqual(await decide(c, { version: "1.0.0" }, {}, { vendor: uuid }), ["install", "offer/vendor"]);
  const without = { manifest: { vendorID: undefined } as unknown as Partial<Manifest> };
  assert.deepEqual(await decide(c, { ...without, sequence: c.now * 1000 + 1, version: "2.0.0" }, {}), ["install"]);
});

test("[S4-41] classID: a device of another class refuses", async () => {
  using c = await ready();
  const uuid = "9d5d1fc0-6a3e-4a8e-8d9c-0b7f8f2f3a11";
  await c.createClass(uuid);
  const author = await newSigner();
  await c.submit(c.member(0).admin, "author.approve", { classes: [uuid], key: author.key, vendor: "acme" });
  await c.renewGrant(author);
  const own = { authors: [author.key], className: uuid };
  assert.deepEqual(await decide(c, { author, className: uuid }, own), ["install"]);
  const other = c.device({ authors: [author.key] });
  assert.throws(() => verifyBundle(c.bundle(uuid), { crypto: nodeCrypto, device: other, now: c.now }), {
    code: /^state\/proof-(form|root)$/,
  });
});

test("[S4-42] payloadFormat: mandatory, and a device takes the formats that it knows", async () => {
  using c = await ready();
  await refusesManifest(c, "codec/missing-member", { payloadFormat: undefined });
  const found = await decide(
    c,
    { manifest: { payloadFormat: "elf" } },
    { formats: ["elf", "raw"] },
    { formats: ["raw"] },
  );
  assert.deepEqual(found, ["install", "offer/format"]);
});

test("[S4-43] payloadProcessing: optional, its steps travel with the manifest", async () => {
  using c = await ready();
  const payloadProcessing = [
    { algorithm: "AES-256-GCM", parameters: "iv=000102030405060708090a0b" },
    { algorithm: "zstd" },
  ];
  await refusesManifest(c, "codec/value", { payloadProcessing: [] });
  const { manifest } = await c.publish({ manifest: { payloadProcessing } });
  assert.deepEqual(decodeManifest(nodeCrypto, manifest).payloadProcessing, payloadProcessing);
});

test("[S4-44] storageLocation: one of the class's, and one that the device has", async () => {
  using c = await ready();
  await refusesManifest(c, "release/storage-location", { storageLocation: "modem" });
  await refusesManifest(c, "codec/missing-member", { storageLocation: undefined });
  assert.deepEqual(await decide(c, {}, {}, { storageLocations: ["boot"] }), ["install", "offer/storage-location"]);
});

test("[S4-45] payloadIndicator: optional, says where else the payload can be had", async () => {
  using c = await ready();
  const payloadIndicator = ["https://mirror.example/fw/1", "coap://[2001:db8::1]/fw"];
  const { manifest } = await c.publish({ manifest: { payloadIndicator } });
  assert.deepEqual(decodeManifest(nodeCrypto, manifest).payloadIndicator, payloadIndicator);
  await refusesManifest(c, "codec/value", { payloadIndicator: ["two\nlines"] });
});

function stored(content: Uint8Array) {
  return {
    cid: cidOfBytes(nodeCrypto, content),
    sha256: toHex(nodeCrypto.sha256(content)),
    sha384: toHex(nodeCrypto.sha384(content)),
    size: content.length,
  };
}

test("[S4-46] payloadDigest: of the image, and other bytes do not meet it", async () => {
  using c = await ready();
  const { image, manifest } = await c.prepare();
  const found = decodeManifest(nodeCrypto, manifest);
  assert.equal(found.payloadDigest, toHex(nodeCrypto.sha384(image)));
  await refusesManifest(c, "manifest/digest", { payloadDigest: toHex(nodeCrypto.sha384(utf8("other"))) });
  const altered = Uint8Array.from(image, (byte, i) => (i === 0 ? byte ^ 1 : byte));
  assert.ok(found.stored !== undefined);
  const expected = { ...found.stored };
  assert.throws(() => assertExpected(stored(altered), expected), { name: "Refusal", code: "content/digest-mismatch" });
  assertExpected(stored(image), expected);
});

test("[S4-47] size: of the image, and a payload of another size is refused", async () => {
  using c = await ready();
  const { image, manifest } = await c.prepare();
  const found = decodeManifest(nodeCrypto, manifest);
  assert.equal(found.size, image.length);
  await refusesManifest(c, "manifest/size", { size: image.length + 1 });
  await refusesManifest(c, "codec/value", { size: 0 });
  assert.ok(found.stored !== undefined);
  const expected = { ...found.stored };
  const longer = Buffer.concat([image, utf8("!")]);
  assert.throws(() => assertExpected(stored(longer), expected), { name: "Refusal", code: "content/size-mismatch" });
});

test("[S4-48] additionalInstructions: optional, one line", async () => {
  using c = await ready();
  const additionalInstructions = "stop the pump before you install";
  const { manifest } = await c.publish({ manifest: { additionalInstructions } });
  assert.equal(decodeManifest(nodeCrypto, manifest).additionalInstructions, additionalInstructions);
  await refusesManifest(c, "codec/value", { additionalInstructions: "a\nb" });
});

test("[S4-49] dependencies: published ones only, and a device without them does not install", async () => {
  using c = await ready();
  const dependencies = [{ classID: "sensor", versionID: "1.0.0" }];
  await refusesManifest(c, "release/dependency", { dependencies, versionID: "2.0.0" });
  const pending = await c.register(await c.prepare({ version: "1.0.0" }));
  await refusesManifest(c, "release/dependency", { dependencies, versionID: "2.0.0" });
  await c.submit(c.member(0).admin, "release.withdraw", { reason: "", release: pending });
  await refusesManifest(c, "release/dependency", { dependencies, versionID: "2.0.0" });
  await c.publish({ version: "1.1.0" });
  const needs = [{ classID: "sensor", versionID: "1.1.0" }];
  const having = (version: string) => ({ inventory: [{ className: "sensor", version, versions: "semver" as const }] });
  const options = { manifest: { dependencies: needs }, sequence: c.now * 1000 + 1, version: "2.0.0" };
  const found = await decide(c, options, {}, having("1.0.9"), having("1.1.0"), having("1.2.0"));
  assert.deepEqual(found, ["offer/dependency", "offer/dependency", "install", "install"]);
});

test("[S4-50] encryptionWrapper: mandatory, says how to get the key, and a device takes the schemes that it knows", async () => {
  using c = await ready();
  await refusesManifest(c, "codec/missing-member", { encryptionWrapper: undefined });
  const encryptionWrapper = { scheme: "ecdh-es-a256gcm", value: "eyJlcGsiOnt9fQ" };
  const ciphertext = utf8("bytes that only the device can read");
  const options = { manifest: { encryptionWrapper, stored: stored(ciphertext) } };
  const prepared = await c.prepare(options);
  assert.deepEqual(decodeManifest(nodeCrypto, prepared.manifest).encryptionWrapper, encryptionWrapper);
  const found = await decide(c, options, { wrappers: ["ecdh-es-a256gcm", "none"] }, { wrappers: ["none"] });
  assert.deepEqual(found, ["install", "offer/format"]);
});

test("[S4-51] payload: optional, inline where it is small", async () => {
  using c = await ready();
  const inline = (length: number) => {
    const image = new Uint8Array(length).fill(7);
    return {
      image,
      manifest: { payload: Buffer.from(image).toString("base64"), stored: undefined } as unknown as Partial<Manifest>,
    };
  };
  const prepared = await c.prepare({ ...inline(1024), version: "1.0.0" });
  const release = await c.register(prepared);
  await c.approve(release);
  assert.equal(c.release(release).state, "PUBLISHED");
  const kept = decodeManifest(nodeCrypto, prepared.manifest).payload ?? "";
  assert.deepEqual(Buffer.from(kept, "base64"), Buffer.from(prepared.image));
  const large = await c.prepare({ ...inline(1025), version: "1.1.0" });
  await refused(c, "manifest/inline", () => c.register(large));
  await refusesManifest(c, "manifest/stored", { payload: "BwcH" });
});

test("the ledger refuses a manifest that lacks a mandatory field or has an unknown one", async () => {
  using c = await ready();
  const mandatory =
    "classID dependencies encryptionWrapper image monotonicSequenceNumber payloadDigest payloadFormat size storageLocation versionID";
  for (const name of mandatory.split(" ")) await refusesManifest(c, "codec/missing-member", { [name]: undefined });
  for (const name of ["manifestDigest", "aditionalInstructions", "signature"]) {
    await refusesManifest(c, "codec/unknown-member", { [name]: "x" });
  }
  await refusesManifest(c, "manifest/stored", { stored: undefined });
  await refusesManifest(c, "manifest/cid", {
    stored: { ...stored(utf8("firmware sensor 1.0.0")), cid: stored(utf8("x")).cid },
  });
});

test("[S4-53] the format has a version, and covers the classes of several vendors and both orders of versions", async () => {
  using c = await ready();
  await propose(c, { organisation: "bravo.example", type: "vendor.create", vendor: "bolt" }, [0, 1, 2]);
  const policy = {
    algorithms: ["ES256"],
    approvals: [{ count: 1, role: "approver" }],
    cosignatures: 3,
    freshness: 86_400,
    receipts: 1,
    version: 1,
  } as const;
  const create = {
    className: "router",
    policy,
    storageLocations: ["flash"],
    type: "class.create",
    vendor: "bolt",
    versions: "integer",
  } as const;
  await propose(c, create, [0, 1, 2]);
  const author = await newSigner("ES256");
  await c.submit(c.member(1).admin, "author.approve", { classes: ["router"], key: author.key, vendor: "bolt" });
  assert.deepEqual(await decide(c, { manifest: { manifestVersion: 1 } }, {}), ["install"]);
  await refusesManifest(c, "codec/value", { manifestVersion: 2 });
  const prepared = await c.prepare({
    author,
    className: "router",
    manifest: { storageLocation: "flash", vendorID: "bolt" },
    version: "7",
  });
  const { image, manifest, ...signed } = prepared;
  const body = { ...signed, grant: await c.grant(author), manifest: Buffer.from(manifest).toString() };
  const { transaction: release } = await c.submit(c.member(1).author, "release.register", body);
  await c.store(release, image, [2]);
  await c.approve(release, [3]);
  await c.cosign();
  const device = c.device({
    authors: [author.key],
    className: "router",
    installed: { sequence: 0, version: "0" },
    storageLocations: ["flash"],
    vendor: "bolt",
    versions: "integer",
  });
  assert.equal(verifyBundle(c.bundle("router"), { crypto: nodeCrypto, device, now: c.now }).decision.action, "install");
});
