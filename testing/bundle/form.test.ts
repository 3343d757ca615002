import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalBytes, type Cbor, decodeCbor, encodeCbor } from "@firmament/core/codec";
import { bundleErrors, bundleLimits, decodeBundle, decodeDevice } from "@firmament/core/bundle";
import { Consortium } from "../kit/index.ts";
import { published } from "./support/scenes.ts";
import { assertRefused, type Given } from "./support/verdicts.ts";

/** The bundle with one item of its class part replaced. */
function withItem(given: Given, index: number, item: Cbor): Given {
  const [type, part, own] = decodeCbor(given.bytes, bundleLimits) as readonly Cbor[];
  assert.ok(Array.isArray(part) && type !== undefined && own !== undefined);
  return { ...given, bytes: encodeCbor([type, (part as readonly Cbor[]).with(index, item), own]) };
}

test("a bundle of another type, or with parts of another form, is refused", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  const [, part, own] = decodeCbor(given.bytes, bundleLimits) as readonly Cbor[];
  assert.ok(part !== undefined && own !== undefined);
  for (const whole of [["firmament-bundle/v2", part, own], ["firmament-bundle/v1", part], [1, part, own], [], 7]) {
    assertRefused("bundle/form", { ...given, bytes: encodeCbor(whole) });
  }
  const hash = new Uint8Array(32);
  const items: readonly (readonly [number, Cbor])[] = [
    [0, 1],
    [1, [[new Uint8Array(1), [[new Uint8Array(31), hash]]]]],
    [2, "30"],
    [3, new Uint8Array(31)],
    [4, [[new Uint8Array(3), 1, new Uint8Array(64)]]],
    [4, [[new Uint8Array(4), 1, new Uint8Array(63)]]],
    [5, [1, 1, 1, hash, hash]],
    [6, new Uint8Array(33)],
    [8, new Uint8Array(31)],
    [11, [[hash]]],
    [12, [[hash, hash, hash, "0"]]],
    [13, [[1, new Uint8Array(31), hash]]],
    [13, 0],
  ];
  for (const [index, item] of items) assertRefused("bundle/form", withItem(given, index, item));
  for (const device of [[[]], [[hash], []], [[], [[hash, hash]]], 1]) {
    assertRefused("bundle/form", { ...given, bytes: encodeCbor(["firmament-bundle/v1", part, device]) });
  }
});

test("a bundle beyond its limits is refused before it is read", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  assertRefused("codec/too-large", { ...given, bytes: new Uint8Array(bundleLimits.maxBytes + 1) });
  const wide = encodeCbor(Array.from({ length: bundleLimits.maxItems }, () => 0));
  assertRefused("codec/too-large", { ...given, bytes: wide });
  const deep = Uint8Array.from({ length: 64 }, () => 0x81);
  assertRefused("codec/too-deep", { ...given, bytes: deep });
});

test("every code of the verifier is one of its catalogue, with a rule and a remedy", () => {
  for (const [code, { remedy, rule }] of Object.entries(bundleErrors)) {
    assert.match(code, /^(?:bundle|offer)\//);
    assert.ok(rule.endsWith(".") && remedy.endsWith("."));
  }
});

test("a device document is canonical JSON of exactly its form", async () => {
  using c = await Consortium.ready();
  const device = c.device();
  assert.deepEqual(decodeDevice(canonicalBytes(device)), device);
  const refused = (change: object, code: string) =>
    assert.throws(() => decodeDevice(canonicalBytes({ ...device, ...change })), { code });
  refused({ clock: "sundial" }, "codec/value");
  refused({ extra: 1 }, "codec/unknown-member");
  refused({ authors: [] }, "codec/value");
  refused({ groups: ["b", "a"] }, "codec/value");
  refused({ nonce: "AA" }, "codec/value");
  refused({ installed: { sequence: 1, version: "1" } }, "manifest/version");
  refused({ trust: { digest: device.trust.digest, version: 0 } }, "codec/value");
  assert.throws(() => decodeDevice(new TextEncoder().encode(JSON.stringify(device, null, 1))), {
    code: "codec/not-canonical",
  });
});

test("decoding a bundle believes nothing: a foreign bundle decodes as well", async () => {
  using c = await Consortium.ready();
  const { bytes } = await published(c);
  assert.equal(decodeBundle(bytes).classPart.origin, c.ledger);
});
