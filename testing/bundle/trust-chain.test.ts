import assert from "node:assert/strict";
import { test } from "node:test";
import type { Device } from "@firmament/core/bundle";
import type { Signer } from "@firmament/core/keys";
import { captured } from "../attacks/forge/captured.ts";
import { changeClassPart, classPartOf, replaceText } from "../attacks/forge/edit.ts";
import { nextDocument, signedStep, submitStep, withRoots } from "../attacks/forge/trust.ts";
import { Consortium, newSigner } from "../kit/index.ts";
import { published } from "./support/scenes.ts";
import { assertInstalls, assertRefused, verdictOf } from "./support/verdicts.ts";

const roots = (c: Consortium) => c.members.map(({ root }) => root);

/** Pins of trust/1 … trust/`versions`, each trust root signed by all, and a release under the last. */
async function pinsOf(c: Consortium, versions: number): Promise<readonly Device["trust"][]> {
  const pins = [c.trustPin()];
  for (let version = 2; version <= versions; version++) {
    await c.nextTrust(() => ({}));
    pins.push(c.trustPin());
  }
  return pins;
}

test("a device pinned at trust/1 catches up over several steps, and one pinned in the middle as well", async () => {
  using c = await Consortium.ready();
  const pins = await pinsOf(c, 5);
  const given = await published(c);
  assert.equal(classPartOf(given.bytes).trust.length, 5);
  for (const trust of pins) {
    const device = c.device({ trust });
    assertInstalls("1.0.0", { ...given, device });
    assert.deepEqual(verdictOf({ ...given, device }).next.trust, c.trustPin());
  }
});

test("a device asleep while every root and cosigner key was replaced, one organisation after another, catches up", async () => {
  using c = await Consortium.ready();
  const [pin, keys] = [c.trustPin(), new Map<string, Signer>(c.members.map(({ name, root }) => [name, root]))];
  for (const { name } of c.members) {
    const [before, fresh] = [[...keys.values()], await newSigner()];
    keys.set(name, fresh);
    const document = nextDocument(c, (found) => ({ organisations: withRoots(found, keys) }));
    await submitStep(c, await signedStep(document, [...before, fresh]));
  }
  const given = await published(c);
  assertInstalls("1.0.0", { ...given, device: c.device({ trust: pin }) });
});

test("the chain goes through the pinned trust root and reaches at least its version", async () => {
  using c = await Consortium.ready();
  const first = await published(c);
  const [, second] = await pinsOf(c, 3);
  await c.cosign([0, 1, 2]);
  const given = { ...first, bytes: c.bundle() };
  assertRefused("trust/behind", { ...first, device: c.device({ trust: c.trustPin() }) });
  const other = { digest: c.trustPin().digest, version: second?.version ?? 0 };
  assertRefused("trust/pinned", { ...given, device: c.device({ trust: other }) });
  using stranger = await Consortium.ready();
  assertRefused("trust/pinned", { ...given, device: c.device({ trust: stranger.trustPin() }) });
});

test("no trust step may be missing, doubled, swapped or of another chain", async () => {
  using c = await Consortium.ready();
  const other = await signedStep(
    nextDocument(c, () => ({ freshness: 3600 })),
    roots(c),
  );
  const [pin] = await pinsOf(c, 3);
  const given = { ...(await published(c)), device: c.device(pin === undefined ? {} : { trust: pin }) };
  const chain = (change: (steps: readonly (typeof other)[]) => readonly (typeof other)[]) => ({
    ...given,
    bytes: changeClassPart(given.bytes, ({ trust }) => ({ trust: change(trust) })),
  });
  assertRefused(
    "trust/version",
    chain((steps) => steps.toSpliced(1, 1)),
  );
  assertRefused(
    "trust/version",
    chain((steps) => steps.slice(1)),
  );
  assertRefused(
    "trust/version",
    chain((steps) => steps.toSpliced(1, 0, ...steps.slice(1, 2))),
  );
  assertRefused(
    "trust/version",
    chain(() => []),
  );
  assertRefused(
    "trust/previous",
    chain((steps) => steps.with(1, other)),
  );
  assertRefused(
    "bundle/trust-version",
    chain((steps) => steps.slice(0, 2)),
  );
});

test("trust/N+1 is signed by the thresholds of N and of N+1", async () => {
  using c = await Consortium.ready();
  const trust = c.trustPin();
  const fresh = [await newSigner(), await newSigner()];
  const keys = new Map(fresh.map((root, i) => [c.member(i).name, root]));
  const document = nextDocument(c, (found) => ({ organisations: withRoots(found, keys) }));
  const [alpha, bravo, charlie, delta] = roots(c);
  assert.ok(alpha !== undefined && bravo !== undefined && charlie !== undefined && delta !== undefined);
  await submitStep(c, await signedStep(document, [...roots(c), ...fresh]));
  const given = { ...(await published(c)), device: c.device({ trust }) };
  const signedBy = async (...by: readonly Signer[]) => {
    const step = await signedStep(document, by);
    return { ...given, bytes: changeClassPart(given.bytes, (part) => ({ trust: part.trust.with(1, step) })) };
  };
  assertInstalls("1.0.0", await signedBy(alpha, charlie, delta, ...fresh));
  assertRefused("trust/new-quorum", await signedBy(alpha, bravo, charlie, delta));
  assertRefused("trust/old-quorum", await signedBy(charlie, delta, ...fresh));
  assertRefused("trust/signature", await signedBy(...roots(c), ...fresh, await newSigner()));
});

test("an altered trust root is no trust root", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  const altered = (from: string, to: string) => ({
    ...given,
    bytes: changeClassPart(given.bytes, ({ trust }) => ({
      trust: trust.map((step) => ({ ...step, document: replaceText(step.document, from, to) })),
    })),
  });
  assertRefused("trust/signature", altered('"freshness":86400', '"freshness":96400'));
  assertRefused("trust/threshold", altered('"threshold":3', '"threshold":2'));
  assertRefused("codec/not-canonical", altered('"freshness":86400', '"freshness": 86400'));
});

test("only a restart that the offline root keys signed makes a device forget what it saw", async () => {
  using c = await Consortium.ready();
  const first = await published(c);
  const ahead = { root: first.device.seen.root, size: 1_000_000, time: c.now + 3600 };
  const device = c.device({ seen: ahead });
  await c.nextTrust(() => ({}));
  await c.cosign([0, 1, 2]);
  assertRefused("bundle/checkpoint-older", { ...first, bytes: c.bundle(), device });
  await c.nextTrust(() => ({ restart: true }));
  await c.cosign([0, 1, 2]);
  const given = { ...first, bytes: c.bundle(), device };
  assertInstalls("1.0.0", given);
  const { next } = verdictOf(given);
  assert.equal(next.seen.size, c.size);
  const after = { ...device, ...next };
  const older = await captured(c, given.bytes, ({ base }) => ({ base: base - 3 }));
  assertRefused("bundle/checkpoint-older", { ...given, bytes: older, device: after });
});
