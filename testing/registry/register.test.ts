import assert from "node:assert/strict";
import { test } from "node:test";
import { signManifest } from "@firmament/agents/signing";
import { fromUtf8, toBase64url, utf8 } from "@firmament/core/bytes";
import { canonicalBytes } from "@firmament/core/codec";
import { decodeManifest } from "@firmament/core/manifest";
import { tables } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { Consortium, newSigner, openPolicy, type PreparedRelease, type ReleaseOptions } from "@firmament/testing/kit";
import { propose, refused } from "./support.ts";

/** A consortium with a living grant, so that a refused registration is the only thing that happens. */
async function readyToRegister(options: Parameters<typeof Consortium.ready>[0] = {}): Promise<Consortium> {
  const c = await Consortium.ready(options);
  await c.renewGrant();
  return c;
}

const registering = async (c: Consortium, options: ReleaseOptions) => {
  const prepared = await c.prepare(options);
  return () => c.register(prepared, options);
};

test("[S0-1 S4-11 S4-27] an update's record: image digest, both signatures, author key, CID, time and signer", async () => {
  using c = await readyToRegister();
  const prepared = await c.prepare({ version: "1.2.3" });
  const id = await c.register(prepared);
  const release = c.release(id);
  const kept = c.record(tables.manifest, release.manifestDigest);
  assert.deepEqual(kept, {
    manifest: fromUtf8(prepared.manifest),
    payloadSignature: prepared.payloadSignature,
    release: id,
    signature: prepared.signature,
  });
  const manifest = decodeManifest(nodeCrypto, utf8(kept?.manifest ?? ""));
  assert.equal(manifest.payloadDigest, Buffer.from(nodeCrypto.sha384(prepared.image)).toString("hex"));
  assert.deepEqual(release.stored, {
    cid: manifest.stored?.cid,
    sha256: manifest.stored?.sha256,
    size: prepared.image.length,
  });
  assert.equal(release.manifestDigest, toBase64url(nodeCrypto.sha384(prepared.manifest)));
  assert.equal(release.registered, c.now);
  assert.deepEqual(c.record(tables.author, release.author)?.key, c.manifestKey.key);
  assert.equal(release.organisation, c.member(0).name);
  assert.equal(release.state, "REGISTERED");
  assert.deepEqual(c.record(tables.version, "sensor", "1.2.3"), { release: id });
});

test("[S4-25] manifest and image are verified together against the author's key", async () => {
  using c = await readyToRegister();
  const [one, other] = [await c.prepare({ version: "1.0.0" }), await c.prepare({ version: "2.0.0" })];
  const altered = (change: (text: string) => string): PreparedRelease => ({
    ...one,
    manifest: utf8(change(fromUtf8(one.manifest))),
  });
  await refused(c, "release/manifest-signature", () => c.register({ ...one, signature: other.signature }));
  await refused(c, "release/manifest-signature", () => c.register({ ...one, signature: one.payloadSignature }));
  await refused(c, "release/manifest-signature", () => c.register(altered((text) => text.replace("1.0.0", "9.0.0"))));
  await refused(c, "release/payload-signature", () => c.register({ ...one, payloadSignature: other.payloadSignature }));
  await refused(c, "release/payload-signature", () => c.register({ ...one, payloadSignature: one.signature }));
  const digest = fromUtf8(one.manifest).match(/"payloadDigest":"(\w+)"/)?.[1] ?? "";
  await refused(c, "manifest/digest", () =>
    c.register(altered((text) => text.replace(`"payloadDigest":"${digest}`, `"payloadDigest":"${"0".repeat(96)}`))),
  );
  await refused(c, "codec/not-canonical", () => c.register(altered((text) => text.replace(":", ": "))));
  await refused(c, "codec/unknown-member", () => c.register(altered((text) => text.replace("{", '{"Zero":1,'))));
  assert.ok(await c.register(one));
});

test("a manifest is signed by the author that it is registered for", async () => {
  using c = await readyToRegister();
  const thief = await newSigner();
  const stolen = await c.prepare({ author: thief });
  await refused(c, "release/manifest-signature", () => c.register({ ...stolen, author: c.manifestKey.kid }));
});

test("an identity of the author's organisation with the role author registers", async () => {
  using c = await readyToRegister();
  const grant = await c.grant();
  const { author, manifest, payloadSignature, signature } = await c.prepare();
  const body = { author, grant, manifest: fromUtf8(manifest), payloadSignature, signature };
  await refused(c, "author/organisation", () => c.submit(c.member(1).author, "release.register", body));
  await refused(c, "identity/role", () => c.submit(c.member(0).admin, "release.register", body));
  assert.ok(await c.submit(c.member(0).author, "release.register", body));
});

test("the author is entitled to the class, and class, manifest and author are of one vendor", async () => {
  using c = await readyToRegister();
  await c.createClass("valve");
  await propose(c, { organisation: "alpha.example", type: "vendor.create", vendor: "acorn" }, [0, 1, 2]);
  await refused(c, "author/not-entitled", await registering(c, { className: "valve" }));
  await refused(c, "class/unknown", await registering(c, { className: "pump" }));
  await refused(c, "class/vendor", await registering(c, { manifest: { vendorID: "acorn" } }));
});

test("the class's policy allows the author key's algorithm", async () => {
  using c = await readyToRegister({ policy2: { algorithms: ["ES256", "RS384"] } });
  await refused(c, "release/algorithm", await registering(c, {}));
});

test("a version of a class is registered once", async () => {
  using c = await readyToRegister();
  await c.register(await c.prepare({ version: "1.0.0" }));
  await refused(c, "release/exists", await registering(c, { image: utf8("other bytes"), version: "1.0.0" }));
});

test("a sequence rises above the last published one and is not from the future", async () => {
  using c = await readyToRegister();
  const { now } = c;
  await c.publish({ sequence: now * 1000, version: "1.0.0" });
  await refused(c, "release/sequence", await registering(c, { sequence: now * 1000, version: "1.1.0" }));
  await refused(c, "release/sequence", await registering(c, { sequence: now * 1000 - 1, version: "1.1.0" }));
  const tolerance = openPolicy.sequenceTolerance;
  await refused(
    c,
    "release/sequence-ahead",
    await registering(c, { sequence: now * 1000 + tolerance + 1, version: "1.1.0" }),
  );
  assert.ok(await (await registering(c, { sequence: now * 1000 + tolerance, version: "1.1.0" }))());
});

test("only what was published counts for the order: pending releases may overtake each other", async () => {
  using c = await readyToRegister();
  const [one, two] = [
    await c.prepare({ sequence: c.now * 1000, version: "1.0.0" }),
    await c.prepare({ sequence: c.now * 1000 + 1, version: "2.0.0" }),
  ];
  const [first, second] = [await c.register(one), await c.register(two)];
  await c.store(second, two.image);
  await c.approve(second);
  await c.store(first, one.image);
  await c.approve(first);
  assert.equal(c.release(second).state, "PUBLISHED");
  assert.equal(c.release(first).state, "SUPERSEDED", "the older never becomes live behind the newer");
  assert.deepEqual(
    c.record(tables.head, "sensor")?.live.map((each) => each.release),
    [second],
  );
});

test("a version is of the class's scheme and above the last published one by that scheme's order", async () => {
  using c = await readyToRegister();
  await c.createClass("valve", undefined, "integer");
  const author = await newSigner("ES256");
  await c.submit(c.member(0).admin, "author.approve", { classes: ["valve"], key: author.key, vendor: "acme" });
  await refused(c, "manifest/version", await registering(c, { version: "9" }));
  await c.publish({ sequence: c.now * 1000, version: "9.0.0" });
  const later = { sequence: c.now * 1000 + 1 };
  await refused(c, "release/version", await registering(c, { ...later, version: "9.0.0-rc.1" }));
  await refused(c, "release/version", await registering(c, { ...later, version: "9.0.0+build" }));
  await refused(c, "release/version", await registering(c, { ...later, version: "8.99.99" }));
  assert.ok(await c.publish({ ...later, version: "10.0.0" }));
  await c.renewGrant(author);
  const valve = { author, className: "valve" };
  await refused(c, "manifest/version", await registering(c, { ...valve, version: "9.0.0" }));
  await c.publish({ ...valve, sequence: c.now * 1000, version: "9" });
  await refused(c, "release/version", await registering(c, { ...valve, ...later, version: "8" }));
  assert.ok(await c.publish({ ...valve, ...later, version: "10" }));
});

test("a floor is not above the release's own sequence", async () => {
  using c = await readyToRegister();
  const sequence = c.now * 1000;
  await refused(c, "release/floor", await registering(c, { floor: sequence + 1, sequence }));
  await c.publish({ floor: sequence, sequence });
  assert.equal(c.record(tables.head, "sensor")?.floor, sequence);
  await c.publish({ floor: 1, sequence: sequence + 1, version: "2.0.0" });
  assert.equal(c.record(tables.head, "sensor")?.floor, sequence, "a floor never sinks");
});

test("[S4-54] an RSA-2048 author with SHA-384 registers and publishes", async () => {
  using c = await Consortium.ready({ policy2: { algorithms: ["RS384"] } });
  const author = await newSigner("RS384");
  assert.equal(author.key.kty === "RSA" ? Buffer.from(author.key.n, "base64url").length : 0, 256);
  await c.submit(c.member(0).admin, "author.approve", { classes: ["sensor"], key: author.key, vendor: "acme" });
  await c.renewGrant(author);
  const { image, manifest, release } = await c.publish({ author });
  assert.equal(c.release(release).state, "PUBLISHED");
  const digest = decodeManifest(nodeCrypto, manifest).payloadDigest;
  assert.equal(digest, Buffer.from(nodeCrypto.sha384(image)).toString("hex"));
});

test("a release with an inline payload needs no receipts", async () => {
  using c = await readyToRegister();
  const honest = await c.prepare({ image: utf8("a key of a few bytes") });
  const { stored: _, ...rest } = JSON.parse(fromUtf8(honest.manifest)) as { payloadDigest: string; stored: unknown };
  const manifest = canonicalBytes({ ...rest, payload: Buffer.from(honest.image).toString("base64") });
  const signatures = await signManifest(nodeCrypto, c.manifestKey, manifest, rest.payloadDigest);
  const release = await c.register({ ...honest, ...signatures, manifest });
  assert.equal(c.release(release).state, "STORED");
  assert.equal(c.release(release).stored, undefined);
  await c.approve(release);
  assert.equal(c.release(release).state, "PUBLISHED");
});
