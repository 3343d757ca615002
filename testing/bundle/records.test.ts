import assert from "node:assert/strict";
import { test } from "node:test";
import { concat } from "@firmament/core/bytes";
import { decodeBundle } from "@firmament/core/bundle";
import { type DeviceRecord, tables } from "@firmament/core/registry";
import { captured, type Claims } from "../attacks/forge/captured.ts";
import { changeBundle, changeClassPart, classPartOf, replaceText } from "../attacks/forge/edit.ts";
import { Consortium } from "../kit/index.ts";
import { enrolled, published } from "./support/scenes.ts";
import { assertDeclined, assertInstalls, assertRefused, type Given, refusalOf } from "./support/verdicts.ts";

test("the device derives every state key from its own identity and takes none from the bundle", async () => {
  using c = await Consortium.ready();
  await c.createClass("pump");
  const given = await published(c);
  assertRefused("state/proof-root", { ...given, bytes: c.bundle("pump") });
  const pump = c.device({ className: "pump" });
  assertDeclined("offer/none", { ...given, bytes: c.bundle("pump"), device: pump });
  assert.match(refusalOf({ ...given, device: pump }), /^state\/proof-/);
});

test("head, policy and entitlements have the values that the last entry's state proves", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  const with_ = (change: Parameters<typeof changeClassPart>[1]) => ({
    ...given,
    bytes: changeClassPart(given.bytes, change),
  });
  assertRefused(
    "state/proof-root",
    with_(({ head }) => ({ head: replaceText(head, '"live":[', '"floor":1,"live":[') })),
  );
  assertRefused(
    "state/proof-root",
    with_(({ policy }) => ({ policy: replaceText(policy, '"count":2', '"count":1') })),
  );
  const vendor = (entitlement: Uint8Array) => replaceText(entitlement, "acme", "emca");
  assertRefused(
    "state/proof-root",
    with_(({ authors }) => ({ authors: authors.map((each) => ({ ...each, entitlement: vendor(each.entitlement) })) })),
  );
  assertRefused(
    "state/proof-root",
    with_(({ policy }) => ({ head: policy })),
  );
  assertRefused(
    "bundle/class-unknown",
    with_(() => ({ head: new Uint8Array(0) })),
  );
});

test("a state proof has one spelling: nothing may be missing from it and nothing added", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  const proof = (change: (proof: { shape: Uint8Array; hashes: Uint8Array }) => object) => ({
    ...given,
    bytes: changeClassPart(given.bytes, (part) => ({ proof: { ...part.proof, ...change(part.proof) } })),
  });
  assertRefused(
    "state/proof-form",
    proof(({ hashes }) => ({ hashes: hashes.subarray(32) })),
  );
  assertRefused(
    "state/proof-form",
    proof(({ hashes }) => ({ hashes: concat(hashes, new Uint8Array(32)) })),
  );
  assertRefused(
    "state/proof-form",
    proof(({ shape }) => ({ shape: concat(shape, Uint8Array.of(0xff)) })),
  );
  assertRefused(
    "bundle/form",
    proof(({ hashes }) => ({ hashes: hashes.subarray(1) })),
  );
});

/** A bundle of a targeted class for an enrolled device. */
async function targeted(c: Consortium, groups: readonly string[] = []): Promise<Given> {
  const { kid } = await enrolled(c, groups);
  await c.publish();
  await c.cosign([0, 1, 2]);
  return { bytes: c.bundle("sensor", { device: kid }), device: c.device({ id: kid }), now: c.now };
}

const ready = { policy2: { targeted: true } } as const;

test("[S0-9] a class marked targeted demands the proof of the device's own record, and of no other", async () => {
  using c = await Consortium.ready(ready);
  const given = await targeted(c);
  assertInstalls("1.0.0", given);
  assertRefused("bundle/device-record", { ...given, bytes: c.bundle() });
  const stranger = c.device();
  assertRefused("bundle/device-record", {
    ...given,
    bytes: c.bundle("sensor", { device: stranger.id }),
    device: stranger,
  });
  const other = await enrolled(c);
  await c.cosign([0, 1, 2]);
  const foreign = c.bundle("sensor", { device: other.kid });
  assertInstalls("1.0.0", { ...given, bytes: foreign, device: c.device({ id: other.kid }) });
  const value = decodeBundle(foreign).devicePart?.record?.value ?? new Uint8Array(0);
  const swapped = changeBundle(c.bundle("sensor", { device: given.device.id }), ({ devicePart }) => {
    const record = devicePart?.record;
    return { devicePart: { nonces: [], record: record && { ...record, value } } };
  });
  assertRefused("state/proof-root", { ...given, bytes: swapped });
});

test("the device's own record is active, of its class and of its key", async () => {
  using c = await Consortium.ready(ready);
  const given = await targeted(c);
  const { key } = await enrolled(c);
  const own = c.record(tables.device, given.device.id);
  const claimed = async (change: Partial<DeviceRecord>) => {
    const value = { className: "sensor", groups: [], key: own?.key ?? key, organisation: c.member(0).name, ...change };
    const claims: Partial<Claims> = { record: { id: given.device.id, value: { status: "active", ...value } } };
    return { ...given, bytes: await captured(c, given.bytes, () => claims) };
  };
  assertInstalls("1.0.0", await claimed({}));
  assertRefused("bundle/device-record", await claimed({ status: "revoked" }));
  assertRefused("bundle/device-record", await claimed({ className: "pump" }));
  assertRefused("bundle/device-record", await claimed({ key }));
});

test("a revoked device is refused as soon as it sees the newest bundle", async () => {
  using c = await Consortium.ready(ready);
  const given = await targeted(c);
  await c.submit(c.member(0).admin, "device.update", { device: given.device.id, groups: [], status: "revoked" });
  await c.cosign([0, 1, 2]);
  assertRefused("bundle/device-record", { ...given, bytes: c.bundle("sensor", { device: given.device.id }) });
});

test("a device record or an empty device part where none is needed is surplus", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  const { proof } = classPartOf(given.bytes);
  const own = changeBundle(given.bytes, () => ({
    devicePart: { nonces: [], record: { proof, value: Uint8Array.of(1) } },
  }));
  assertRefused("bundle/surplus", { ...given, bytes: own });
  const empty = changeBundle(given.bytes, () => ({ devicePart: { nonces: [], record: undefined } }));
  assertRefused("bundle/surplus", { ...given, bytes: empty });
});
