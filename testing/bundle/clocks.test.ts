import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { toBase64url } from "@firmament/core/bytes";
import { type Device, exposureOf } from "@firmament/core/bundle";
import { captured } from "../attacks/forge/captured.ts";
import { cosigningKey, type CosigningKey, signNonce } from "../attacks/forge/cosign.ts";
import { changeBundle, classPartOf } from "../attacks/forge/edit.ts";
import { Consortium, DAY, newSigner } from "../kit/index.ts";
import { published } from "./support/scenes.ts";
import { assertInstalls, assertRefused, type Given, verdictOf } from "./support/verdicts.ts";

const HOUR = 3600;

async function entryAt(c: Consortium, given: Given, time: number): Promise<Given> {
  return { ...given, bytes: await captured(c, given.bytes, ({ entry }) => ({ entry: { ...entry, time } })) };
}

test("a trusted clock takes an entry from the freshness limit before to 300 s after its own time", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  assertInstalls("1.0.0", { ...given, now: c.now + DAY });
  assertRefused("bundle/entry-stale", { ...given, now: c.now + DAY + 1 });
  assertInstalls("1.0.0", await entryAt(c, given, c.now + 300));
  assertRefused("bundle/entry-future", await entryAt(c, given, c.now + 301));
});

test("the shorter of the trust root's freshness and the class's decides", async () => {
  using c = await Consortium.ready({ freshness: HOUR, policy2: { freshness: DAY } });
  const slack = await published(c);
  assertRefused("bundle/entry-stale", { ...slack, now: c.now + HOUR + 1 });
  const strict = {
    ...slack,
    bytes: await captured(c, slack.bytes, ({ policy }) => ({ policy: { ...policy, freshness: 60 } })),
  };
  assertInstalls("1.0.0", { ...strict, now: c.now + 60 });
  assertRefused("bundle/entry-stale", { ...strict, now: c.now + 61 });
  assert.equal(verdictOf(strict).exposure.seconds, 360);
});

test("with a monotonic clock time never goes back, and the newest entry's time is its lower bound", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  const device = c.device({ clock: "monotonic" });
  assertInstalls("1.0.0", { ...given, device, now: 0 });
  const { seen } = verdictOf({ ...given, device, now: 0 }).next;
  assert.equal(seen.time, c.now);
  const later = { ...device, seen: { ...seen, size: 0, time: c.now + DAY + 1 } };
  assertRefused("bundle/entry-back", { ...given, device: later, now: 0 });
  const restarted = { ...device, seen };
  assertInstalls("1.0.0", { ...given, device: restarted, now: 0 });
  assertRefused("bundle/entry-stale", { ...given, device: restarted, now: c.now + DAY + 1 });
});

test("in every clock profile an entry from before the newest one seen is refused", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  for (const clock of ["trusted", "monotonic", "none"] as const) {
    const nonce = toBase64url(randomBytes(16));
    const seen = { root: toBase64url(new Uint8Array(32)), size: 0, time: c.now + 1 };
    assertRefused("bundle/entry-back", { ...given, device: c.device({ clock, nonce, seen }) });
  }
});

function clockless(c: Consortium): Device & { readonly nonce: string } {
  const nonce = toBase64url(randomBytes(16));
  return { ...c.device({ clock: "none", nonce }), nonce };
}

const members = (c: Consortium, ...by: readonly number[]) => by.map((i) => cosigningKey(c.member(i)));

async function answered(bytes: Uint8Array, nonce: string, by: readonly CosigningKey[]): Promise<Uint8Array> {
  const nonces = await signNonce(classPartOf(bytes), nonce, by);
  return changeBundle(bytes, () => ({ devicePart: { nonces, record: undefined } }));
}

test("a device without a clock asks k organisations to sign its nonce over the checkpoint", async () => {
  using c = await Consortium.ready();
  const { bytes } = await published(c);
  const device = clockless(c);
  const given = { bytes: await answered(bytes, device.nonce, members(c, 0, 1, 2)), device, now: 0 };
  assertInstalls("1.0.0", given);
  assertRefused("bundle/nonce", { ...given, bytes });
  assertRefused("bundle/nonce", { ...given, device: clockless(c) });
  assertRefused("bundle/nonce", { ...given, bytes: await answered(bytes, device.nonce, members(c, 0, 1)) });
  assertRefused("bundle/nonce", { ...given, bytes: await answered(bytes, device.nonce, members(c, 0, 1, 2, 3)) });
  const { nonce: _, ...without } = device;
  assertRefused("bundle/nonce", { ...given, device: without });
});

test("a nonce is answered by cosigners of the trust root, each organisation once, for this checkpoint", async () => {
  using c = await Consortium.ready();
  const { bytes } = await published(c);
  const device = clockless(c);
  const by = async (keys: readonly CosigningKey[]) => ({
    bytes: await answered(bytes, device.nonce, keys),
    device,
    now: 0,
  });
  const foreign = { name: c.member(2).name, signer: await newSigner() };
  assertRefused("bundle/cosigner-unknown", await by([...members(c, 0, 1), foreign]));
  assertRefused("bundle/cosigner-twice", await by(members(c, 0, 1, 1)));
  const newer = await captured(c, bytes);
  const { devicePart } = { devicePart: await signNonce(classPartOf(bytes), device.nonce, members(c, 0, 1, 2)) };
  const replayed = changeBundle(newer, () => ({ devicePart: { nonces: devicePart, record: undefined } }));
  assertRefused("bundle/nonce", { bytes: replayed, device, now: 0 });
});

test("nonce signatures for a device with a clock are surplus", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  const bytes = await answered(given.bytes, "AAAAAAAAAAAAAAAAAAAAAA", members(c, 0, 1, 2));
  assertRefused("bundle/surplus", { ...given, bytes });
});

test("each clock profile states its longest exposure to a revocation that it cannot see", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  assert.deepEqual(verdictOf(given).exposure, { plusTimeOff: false, seconds: DAY + 300 });
  const monotonic = { ...given, device: c.device({ clock: "monotonic" }) };
  assert.deepEqual(verdictOf(monotonic).exposure, { plusTimeOff: true, seconds: DAY });
  assert.deepEqual(exposureOf("none", DAY), { plusTimeOff: false, seconds: DAY / 2 });
});

test("a hold counts by the device's clock, and without one by the newest entry", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  const until = c.now + HOUR;
  const bytes = await captured(c, given.bytes, ({ releases }) => ({
    releases: releases.map((each) => ({ ...each, live: { ...each.live, heldUntil: until } })),
  }));
  assertInstalls("1.0.0", { ...given, bytes, now: until });
  const device = clockless(c);
  const held = { bytes: await answered(bytes, device.nonce, members(c, 0, 1, 2)), device, now: until };
  const { decision } = verdictOf(held);
  assert.equal(decision.action === "refuse" && decision.refusal.code, "offer/held");
});
