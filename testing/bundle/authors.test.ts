import { test } from "node:test";
import { signSuccession } from "@firmament/agents/signing";
import { fromBase64url, toBase64url, utf8 } from "@firmament/core/bytes";
import type { ClassPart } from "@firmament/core/bundle";
import { keyId, type Signer } from "@firmament/core/keys";
import { nodeCrypto } from "@firmament/crypto";
import { asPublished, captured, type Claims } from "../attacks/forge/captured.ts";
import { changeClassPart, flipBit } from "../attacks/forge/edit.ts";
import { Consortium, newSigner, openClassPolicy } from "../kit/index.ts";
import { published } from "./support/scenes.ts";
import { assertDeclined, assertInstalls, assertRefused, type Given } from "./support/verdicts.ts";

/** Hands the class over from key to key, publishes with the last, and gives the bundle. */
async function succession(c: Consortium, length: number): Promise<{ given: Given; keys: readonly Signer[] }> {
  const keys = [c.manifestKey];
  let from = c.manifestKey;
  for (let i = 0; i < length; i++) {
    const to = await newSigner(i % 2 === 0 ? "ES256" : "EdDSA");
    const signature = await signSuccession(from, c.ledger, to.kid, "sensor");
    await c.submit(c.member(0).admin, "author.succeed", {
      className: "sensor",
      from: from.kid,
      key: to.key,
      signature,
    });
    keys.push(to);
    from = to;
  }
  await c.renewGrant(from);
  return { given: await published(c, { author: from }), keys };
}

for (const length of [1, 3]) {
  test(`a device follows ${length} hand-over${length === 1 ? "" : "s"} of its author's key, whichever link it pins`, async () => {
    using c = await Consortium.ready();
    const { given, keys } = await succession(c, length);
    for (const { key } of keys) assertInstalls("1.0.0", { ...given, device: c.device({ authors: [key] }) });
    const stranger = c.device({ authors: [(await newSigner()).key] });
    assertDeclined("bundle/author-unknown", { ...given, device: stranger });
  });
}

test("a hand-over that misses a link or bears a false signature is followed by nobody", async () => {
  using c = await Consortium.ready();
  const { given, keys } = await succession(c, 2);
  const claiming = async (change: (authors: Claims["authors"]) => Claims["authors"]) => ({
    ...given,
    bytes: await captured(c, given.bytes, ({ authors }) => ({ authors: change(authors) })),
  });
  assertInstalls("1.0.0", await claiming((authors) => authors));
  const last = keys.at(-1)?.kid;
  const alone = await claiming((authors) => authors.filter(({ key }) => keyId(nodeCrypto, key) === last));
  assertDeclined("bundle/author-unknown", alone);
  const middle = keys[1]?.kid;
  const torn = await claiming((authors) => authors.filter(({ key }) => keyId(nodeCrypto, key) !== middle));
  assertRefused("bundle/surplus", torn);
  assertDeclined("bundle/author-unknown", await claiming((authors) => authors.map(withFalseSuccession)));
});

function withFalseSuccession({ entitlement, key }: Claims["authors"][number]): Claims["authors"][number] {
  const { succeeds } = entitlement;
  if (succeeds === undefined) return { entitlement, key };
  const signature = toBase64url(flipBit(fromBase64url(succeeds.signature), 63));
  return { entitlement: { ...entitlement, succeeds: { ...succeeds, signature } }, key };
}

test("a hand-over counts for its ledger, its class and its two keys only", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  const [heir, other] = [await newSigner(), await newSigner()];
  const release = asPublished(await c.prepare({ author: heir, sequence: c.now * 1000 + 1, version: "2.0.0" }));
  const claiming = async (signature: string) => {
    const succeeds = { from: c.manifestKey.kid, signature };
    const authors = [{ entitlement: { status: "active", succeeds, vendor: "acme" } as const, key: heir.key }];
    return { ...given, bytes: await captured(c, given.bytes, () => ({ authors, releases: [release] })) };
  };
  assertInstalls("2.0.0", await claiming(await signSuccession(c.manifestKey, c.ledger, heir.kid, "sensor")));
  const false_ = [
    signSuccession(c.manifestKey, c.ledger, heir.kid, "pump"),
    signSuccession(c.manifestKey, c.ledger.replace("registry", "shadow"), heir.kid, "sensor"),
    signSuccession(c.manifestKey, c.ledger, other.kid, "sensor"),
    signSuccession(heir, c.ledger, heir.kid, "sensor"),
  ];
  for (const signature of false_) assertDeclined("bundle/author-unknown", await claiming(await signature));
});

test("the device verifies the author's signature with its pinned key: a captured quorum alone cannot install", async () => {
  using c = await Consortium.ready();
  const author = await newSigner();
  await c.submit(c.member(0).admin, "author.approve", { classes: ["sensor"], key: author.key, vendor: "acme" });
  await c.renewGrant(author);
  const given = await published(c, { author });
  assertDeclined("bundle/author-unknown", given);
  assertInstalls("1.0.0", { ...given, device: c.device({ authors: [author.key] }) });
});

test("[S0-2] both the ledger's digest and an entitled publisher are needed: either mismatch alone refuses", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  assertInstalls("1.0.0", given);
  const other = await c.prepare({ image: utf8("another image"), version: "1.0.0" });
  const swapped = changeClassPart(given.bytes, ({ releases }) => ({
    releases: releases.map((each) => ({ ...each, manifest: other.manifest })),
  }));
  assertRefused("bundle/manifest-digest", { ...given, bytes: swapped });
  await c.submit(c.member(0).admin, "author.revoke", { author: c.manifestKey.kid });
  await c.cosign([0, 1, 2]);
  assertDeclined("bundle/author-revoked", { ...given, bytes: c.bundle() });
});

test("[S4-36] manifest and payload digest are signed by the key that the device stored earlier; any change shows", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  const signed = (change: (release: ClassPart["releases"][number]) => Partial<ClassPart["releases"][number]>) => ({
    ...given,
    bytes: changeClassPart(given.bytes, ({ releases }) => ({
      releases: releases.map((each) => ({ ...each, ...change(each) })),
    })),
  });
  assertRefused(
    "bundle/manifest-digest",
    signed(({ manifest }) => ({ manifest: flipBit(manifest, 30) })),
  );
  assertRefused(
    "bundle/manifest-signature",
    signed(({ signature }) => ({ signature: flipBit(signature, 30) })),
  );
  assertRefused(
    "bundle/manifest-signature",
    signed(({ payloadSignature }) => ({ signature: payloadSignature })),
  );
  assertRefused(
    "bundle/payload-signature",
    signed(({ signature }) => ({ payloadSignature: signature })),
  );
});

test("a class's policy forbids an algorithm for releases that are live already", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  const policy = { ...openClassPolicy, algorithms: ["ES256"], version: 2 } as const;
  await c.decide({ className: "sensor", policy, type: "class.policy" });
  await c.cosign([0, 1, 2]);
  assertDeclined("bundle/algorithm", { ...given, bytes: c.bundle() });
});

test("a bundle has the manifest of every live release, of no other, in the head's order, each by an author of its own", async () => {
  using c = await Consortium.ready();
  const rollout = { groups: [], permille: 999, salt: "r" };
  await c.publish({ rollout });
  const given = await published(c, { rollout, sequence: c.now * 1000 + 1, version: "1.1.0" });
  const with_ = (change: (all: ClassPart["releases"]) => ClassPart["releases"]) => ({
    ...given,
    bytes: changeClassPart(given.bytes, ({ releases }) => ({ releases: change(releases) })),
  });
  assertRefused(
    "bundle/manifests",
    with_((all) => all.slice(1)),
  );
  assertRefused(
    "bundle/manifests",
    with_((all) => [...all, ...all.slice(1)]),
  );
  assertRefused(
    "bundle/manifest-digest",
    with_((all) => all.toReversed()),
  );
  assertRefused(
    "bundle/form",
    with_((all) => all.map((each) => ({ ...each, author: 1 }))),
  );
});

test("an author without a release, and authors out of order, are surplus", async () => {
  using c = await Consortium.ready();
  const { given } = await succession(c, 1);
  const entitlement = { status: "active", vendor: "acme" } as const;
  const idle = { entitlement, key: (await newSigner()).key };
  const added = await captured(c, given.bytes, ({ authors }) => ({ authors: [...authors, idle] }));
  assertRefused("bundle/surplus", { ...given, bytes: added });
  const reversed = changeClassPart(given.bytes, ({ authors }) => ({ authors: authors.toReversed() }));
  assertRefused("bundle/surplus", { ...given, bytes: reversed });
});
