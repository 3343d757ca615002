import assert from "node:assert/strict";
import { test } from "node:test";
import { toBase64url, utf8 } from "@firmament/core/bytes";
import { bucketOf } from "@firmament/core/bundle";
import { nodeCrypto } from "@firmament/crypto";
import { Consortium } from "../kit/index.ts";
import { after, enrolled, published, running } from "./support/scenes.ts";
import { assertCurrent, assertDeclined, assertInstalls, verdictOf } from "./support/verdicts.ts";

const ids = Array.from({ length: 1000 }, (_, i) => toBase64url(nodeCrypto.sha256(utf8(`device ${i}`))));

/** Devices of a thousand that a rollout with this share includes, by bucket. */
function included(salt: string, permille: number): readonly string[] {
  return ids.filter((id) => bucketOf(nodeCrypto, salt, id) < permille);
}

test("a rollout includes its share of the devices, whatever the share and the salt", () => {
  for (const salt of ["r1", "r2", "another salt"]) {
    for (const permille of [1, 50, 250, 500, 900, 1000]) {
      const expected = permille;
      const deviation = 5 * Math.sqrt((expected * (1000 - permille)) / 1000);
      const found = included(salt, permille).length;
      assert.ok(Math.abs(found - expected) <= deviation + 1, `${found} of ${expected} with ${salt}`);
    }
  }
});

test("a growing rollout keeps every device that it had, and another salt chooses others", () => {
  const [tenth, half] = [included("r1", 100), new Set(included("r1", 500))];
  assert.ok(tenth.every((id) => half.has(id)));
  const other = new Set(included("r2", 100));
  assert.ok(tenth.filter((id) => other.has(id)).length < 30);
});

test("the bucket is the one of docs/PROTOCOL.md, clause B-17", () => {
  const hash = nodeCrypto.sha256(utf8("firmament-rollout/v1\nr1\nkPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k\n"));
  const first = new DataView(hash.buffer, hash.byteOffset).getUint32(0);
  assert.equal(bucketOf(nodeCrypto, "r1", "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"), first % 1000);
});

test("a device computes its own membership from its id, to the very permille", async () => {
  using c = await Consortium.ready();
  const given = await published(c, { rollout: { groups: [], permille: 300, salt: "r1" } });
  for (const id of ids.slice(0, 100)) {
    const { decision } = verdictOf({ ...given, device: c.device({ id }) });
    assert.equal(decision.action, bucketOf(nodeCrypto, "r1", id) < 300 ? "install" : "refuse");
  }
});

test("a device outside a canary stays with the older release, which is still live", async () => {
  using c = await Consortium.ready();
  await c.publish();
  const older = c.now * 1000;
  const rollout = { groups: [], permille: 1, salt: "r1" };
  const given = await published(c, { rollout, sequence: older + 1, version: "1.1.0" });
  const outside = c.device({ id: ids.find((id) => bucketOf(nodeCrypto, "r1", id) >= 1) ?? "" });
  assertInstalls("1.0.0", { ...given, device: outside });
  assertCurrent({ ...given, device: running(outside, "1.0.0", older) });
  assertDeclined("offer/outside-rollout", { ...given, device: outside, wanted: given.release });
});

test("a rollout that grows to everybody supersedes the older release", async () => {
  using c = await Consortium.ready();
  await c.publish();
  const rollout = { groups: ["pilot"], permille: 1, salt: "r1" };
  const given = await published(c, { rollout, sequence: c.now * 1000 + 1, version: "1.1.0" });
  assertInstalls("1.0.0", given);
  const grown = c.submit(c.member(0).author, "release.rollout", { permille: 1000, release: given.release });
  assertInstalls("1.1.0", { ...given, bytes: await after(c, grown) });
});

test("a rollout with groups is for devices of one of them", async () => {
  using c = await Consortium.ready();
  const rollout = { groups: ["east", "pilot"], permille: 1000, salt: "r1" };
  const given = await published(c, { rollout });
  assertInstalls("1.0.0", { ...given, device: c.device({ groups: ["pilot"] }) });
  assertDeclined("offer/outside-rollout", { ...given, device: c.device({ groups: ["west"] }) });
  assertDeclined("offer/outside-rollout", given);
});

test("in a targeted class the groups are those of the device's proven record, not those that it claims", async () => {
  using c = await Consortium.ready({ policy2: { targeted: true } });
  const [pilot, other] = [await enrolled(c, ["pilot"]), await enrolled(c)];
  await c.publish({ rollout: { groups: ["pilot"], permille: 1000, salt: "r1" } });
  await c.cosign([0, 1, 2]);
  const given = (id: string) => ({ bytes: c.bundle("sensor", { device: id }), now: c.now });
  assertInstalls("1.0.0", { ...given(pilot.kid), device: c.device({ id: pilot.kid }) });
  const claiming = c.device({ groups: ["pilot"], id: other.kid });
  assertDeclined("offer/outside-rollout", { ...given(other.kid), device: claiming });
});
