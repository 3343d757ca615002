import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { concat, toBase64url } from "@firmament/core/bytes";
import { type Cbor, decodeCbor, encodeCbor } from "@firmament/core/codec";
import { bundleLimits, decodeBundle, encodeBundle } from "@firmament/core/bundle";
import fc from "fast-check";
import { cosigningKey, signNonce } from "../attacks/forge/cosign.ts";
import { changeBundle, classPartOf } from "../attacks/forge/edit.ts";
import { Consortium } from "../kit/index.ts";
import { enrolled, published, withoutSpares } from "./support/scenes.ts";
import { assertInstalls, type Given, refusalOf } from "./support/verdicts.ts";

/** A bundle of the plain kind. */
async function plain(c: Consortium): Promise<Given> {
  const given = await published(c);
  return { ...given, bytes: await withoutSpares(c, given.bytes) };
}

/** A bundle that has every part: two trust roots, consistency proofs, a device record, nonce signatures. */
async function complete(c: Consortium): Promise<Given> {
  await c.nextTrust(() => ({}));
  const first = await published(c);
  const [nonce, { kid: id }] = [toBase64url(randomBytes(16)), await enrolled(c)];
  await c.cosign([0, 1, 2]);
  const { root, size } = classPartOf(first.bytes);
  const bytes = c.bundle("sensor", { device: id, from: [size] });
  const nonces = await signNonce(
    classPartOf(bytes),
    nonce,
    [0, 1, 2].map((i) => cosigningKey(c.member(i))),
  );
  const answered = changeBundle(bytes, ({ devicePart }) => ({ devicePart: { nonces, record: devicePart?.record } }));
  const seen = { root: toBase64url(root), size, time: c.now };
  return { ...first, bytes: await withoutSpares(c, answered), device: c.device({ clock: "none", id, nonce, seen }) };
}

const kinds = [
  { build: plain, name: "plain", ready: {}, sample: "[S3-9] with one byte changed, whichever,", step: 1 },
  {
    build: complete,
    name: "complete",
    ready: { consistency: true, policy2: { targeted: true } },
    sample: "with every fifth byte changed in turn",
    step: 5,
  },
] as const;

for (const { build, name, ready, sample, step } of kinds) {
  test(`a ${name} bundle ${sample} is refused`, async (t) => {
    using c = await Consortium.ready(ready);
    const given = await build(c);
    assertInstalls("1.0.0", given);
    const codes = new Set<string>();
    for (let at = 0; at < given.bytes.length; at += step) {
      for (const change of at % 4 === 0 ? [1 << (at % 8), 0xff] : [1 << (at % 8)]) {
        const bytes = given.bytes.with(at, (given.bytes[at] ?? 0) ^ change);
        codes.add(refusalOf({ ...given, bytes }));
      }
    }
    t.diagnostic(`${given.bytes.length} bytes; refused with ${[...codes].sort().join(", ")}`);
  });

  test(`a ${name} bundle cut off anywhere is refused`, async () => {
    using c = await Consortium.ready(ready);
    const given = await build(c);
    for (let length = 0; length < given.bytes.length; length++) {
      assert.equal(refusalOf({ ...given, bytes: given.bytes.subarray(0, length) }), "codec/cbor");
    }
  });

  test(`a ${name} bundle with an item left out, doubled, swapped or of another type is refused`, async () => {
    using c = await Consortium.ready(ready);
    const given = await build(c);
    const whole = decodeCbor(given.bytes, bundleLimits);
    const original = Buffer.from(given.bytes);
    for (const altered of mutations(whole)) {
      const bytes = encodeCbor(altered);
      // Swapping two equal items changes nothing.
      if (!original.equals(bytes)) refusalOf({ ...given, bytes });
    }
  });
}

function* itemMutations(items: readonly Cbor[]): Generator<readonly Cbor[]> {
  for (const [i, item] of items.entries()) {
    yield items.toSpliced(i, 1);
    yield items.toSpliced(i, 0, item);
    if (i > 0) yield items.toSpliced(i - 1, 2, item, items[i - 1] ?? 0);
    for (const altered of mutations(item)) yield items.with(i, altered);
  }
}

/** Every bundle-like value that differs from this one in one item. */
function* mutations(value: Cbor): Generator<Cbor> {
  for (const other of [0, 1, "", "a", new Uint8Array(0), new Uint8Array(32), [], [[]], Number.MAX_SAFE_INTEGER])
    yield other;
  if (typeof value === "number") yield value + 1;
  if (value instanceof Uint8Array) {
    yield concat(value, Uint8Array.of(0));
    yield value.subarray(1);
  }
  if (Array.isArray(value)) yield* itemMutations(value as readonly Cbor[]);
}

test("random bytes are refused and never fault", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), cborBytes());
  fc.assert(
    fc.property(bytes, (found) => refusalOf({ ...given, bytes: found }).includes("/")),
    { numRuns: 1000 },
  );
});

function cborBytes(): fc.Arbitrary<Uint8Array> {
  const { value } = fc.letrec<{ value: Cbor }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.maxSafeNat(),
      fc.string({ maxLength: 8 }),
      fc.uint8Array({ maxLength: 40 }),
      fc.array(tie("value"), { maxLength: 6 }),
    ),
  }));
  return value.map((found) => encodeCbor(["firmament-bundle/v1", found, []]));
}

test("a bundle has one encoding: decoding and encoding gives its bytes again", async () => {
  using c = await Consortium.ready({ consistency: true, policy2: { targeted: true } });
  const { bytes } = await complete(c);
  assert.deepEqual(encodeBundle(decodeBundle(bytes)), bytes);
});
