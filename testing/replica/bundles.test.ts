import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { encodeBundle, verifyBundle } from "@firmament/core/bundle";
import { fromRawKey, keyId } from "@firmament/core/keys";
import { nodeCrypto } from "@firmament/crypto";
import { blocksFrom, BundleBuilder, checkpointText, openDatabase, Replica } from "@firmament/replica";
import { Consortium, DAY, newSigner } from "@firmament/testing/kit";
import { contentOf } from "./support.ts";

const builderOf = (c: Consortium) => new BundleBuilder(c.replica.database, nodeCrypto, c.ledger);

test("without a quorum there is no bundle", async () => {
  using c = await Consortium.ready();
  const builder = builderOf(c);
  assert.equal(builder.newestSize(), undefined);
  assert.throws(() => builder.classPart("sensor"), { code: "replica/no-quorum" });
  await c.cosign([0, 1]);
  assert.throws(() => builder.classPart("sensor"), { code: "replica/no-quorum" });
  await c.cosign([2]);
  assert.equal(builder.classPart("sensor").size, c.size);
});

test("a class that does not exist has none", async () => {
  using c = await Consortium.ready();
  await c.cosign();
  assert.throws(() => builderOf(c).classPart("pump"), { code: "replica/class-unknown" });
});

test("a bundle is of the newest checkpoint with a quorum, not of the newest entry", async () => {
  using c = await Consortium.ready();
  await c.cosign();
  const before = c.size;
  await c.publish();
  await c.cosign([0, 1]);
  assert.equal(builderOf(c).classPart("sensor").size, before);
  await c.cosign([3]);
  assert.equal(builderOf(c).classPart("sensor").size, c.size);
});

test("a class that wants more organisations gets the newest checkpoint that has them", async () => {
  using c = await Consortium.ready({ policy2: { cosignatures: 4 } });
  await c.cosign();
  const all = c.size;
  await c.publish();
  await c.cosign([0, 1, 2]);
  const part = builderOf(c).classPart("sensor");
  assert.equal(part.size, all);
  assert.equal(part.cosignatures.length, 4);
  const { decision } = verifyBundle(c.bundle(), { crypto: nodeCrypto, device: c.device(), now: c.now });
  assert.ok(decision.action === "refuse" && decision.refusal.code === "offer/none");
});

test("it carries exactly the threshold of cosignatures, in key order", async () => {
  using c = await Consortium.ready();
  await c.publish();
  await c.cosign();
  const { cosignatures } = builderOf(c).classPart("sensor");
  assert.equal(cosignatures.length, 3);
  assert.deepEqual(
    cosignatures.map(({ keyId }) => keyId),
    cosignatures.map(({ keyId }) => keyId).sort(),
  );
});

test("where the trust root demands consistency, every earlier size that is asked for has its proof", async () => {
  using c = await Consortium.found({ consistency: true });
  await c.enrolAll();
  await c.decide({ organisation: c.member(0).name, type: "vendor.create", vendor: "acme" });
  await c.createClass("sensor");
  await c.submit(c.member(0).admin, "author.approve", { classes: ["sensor"], key: c.manifestKey.key, vendor: "acme" });
  await c.cosign();
  const first = verifyBundle(c.bundle(), { crypto: nodeCrypto, device: c.device(), now: c.now }).next.seen;
  await c.publish();
  await c.cosign();
  const device = c.device({ seen: first });
  assert.throws(() => verifyBundle(c.bundle("sensor", { from: [1] }), { crypto: nodeCrypto, device, now: c.now }), {
    code: "bundle/consistency-missing",
  });
  const bundle = c.bundle("sensor", { from: [first.size, 1, first.size, 0, c.size, c.size + 5] });
  assert.equal(verifyBundle(bundle, { crypto: nodeCrypto, device, now: c.now }).decision.action, "install");
  const part = builderOf(c).classPart("sensor", [first.size, 1]);
  assert.deepEqual(
    part.consistency.map(({ size }) => size),
    [1, first.size],
  );
});

test("a targeted class's device gets its own record, others nothing", async () => {
  using c = await Consortium.ready({ policy2: { targeted: true } });
  const device = await newSigner("ES256");
  await c.submit(c.member(1).admin, "device.enrol", { className: "sensor", groups: ["canary"], key: device.key });
  await c.publish();
  await c.cosign();
  const builder = builderOf(c);
  const part = builder.classPart("sensor");
  assert.equal(builder.devicePart(part, c.manifestKey.kid), undefined);
  assert.ok(builder.devicePart(part, device.kid)?.record !== undefined);
  const bundle = c.bundle("sensor", { device: device.kid });
  const { decision } = verifyBundle(bundle, { crypto: nodeCrypto, device: c.device({ id: device.kid }), now: c.now });
  assert.equal(decision.action, "install");
});

test("a succession brings the key that was handed over from", async () => {
  using c = await Consortium.ready();
  const heir = await newSigner();
  await c.succeed(heir);
  await c.renewGrant(heir);
  await c.publish({ author: heir });
  await c.cosign();
  const { authors } = builderOf(c).classPart("sensor");
  const kids = authors.map(({ key }) => keyId(nodeCrypto, fromRawKey(key)));
  assert.deepEqual(kids.sort(), [heir.kid, c.manifestKey.kid].sort());
  assert.equal(
    verifyBundle(c.bundle(), { crypto: nodeCrypto, device: c.device(), now: c.now }).decision.action,
    "install",
  );
});

test("the same checkpoint gives the same bytes to every replica, and none of them writes to make them", async () => {
  const folder = mkdtempSync(join(tmpdir(), "firmament-bundles-"));
  try {
    using c = await Consortium.ready();
    await c.publish();
    await c.cosign([0, 1, 2]);
    const path = join(folder, "replica.db");
    using other = Replica.open(path, nodeCrypto, c.genesisFile);
    for (const block of blocksFrom(c.replica.database, 1, 1000)) other.apply(block);
    const copy = other.database.prepare("INSERT INTO cosignatures VALUES (?, ?, ?, ?, ?)");
    for (const row of c.replica.database.prepare("SELECT * FROM cosignatures").all()) copy.run(...Object.values(row));
    const before = contentOf(other);
    const reader = openDatabase(path, { readOnly: true });
    const part = new BundleBuilder(reader, nodeCrypto, c.ledger).classPart("sensor");
    reader.close();
    assert.deepEqual(encodeBundle({ classPart: part, devicePart: undefined }), c.bundle());
    assert.deepEqual(contentOf(other), before);
    assert.equal(
      checkpointText(other.database, nodeCrypto, c.ledger, c.size),
      checkpointText(c.replica.database, nodeCrypto, c.ledger, c.size),
    );
  } finally {
    rmSync(folder, { force: true, recursive: true });
  }
});

test("cosignatures by keys whose delegation has ended are left out", async () => {
  using c = await Consortium.ready();
  await c.nextTrust((next) => ({
    organisations: next.organisations.map((each, i) => ({
      ...each,
      cosigners: each.cosigners.map((one) => (i === 0 ? { ...one, until: c.now + 60 } : one)),
    })),
  }));
  c.now += DAY / 2;
  await c.submit(c.member(1).node, "tick", { time: c.now });
  await c.cosign([0, 1, 2]);
  assert.throws(() => builderOf(c).classPart("sensor"), { code: "replica/no-quorum" });
  await c.cosign([3]);
  assert.equal(builderOf(c).classPart("sensor").cosignatures.length, 3);
});

test("one builder follows the trust roots", async () => {
  using c = await Consortium.ready();
  const builder = builderOf(c);
  await c.cosign([0, 1, 2]);
  assert.equal(builder.classPart("sensor").trust.length, 1);
  await c.nextTrust(() => ({ threshold: 4 }));
  await c.cosign([0, 1, 2]);
  assert.throws(() => builder.classPart("sensor"), { code: "replica/no-quorum" });
  await c.cosign([3]);
  const part = builder.classPart("sensor");
  assert.deepEqual([part.size, part.trust.length, part.cosignatures.length], [c.size, 2, 4]);
});
