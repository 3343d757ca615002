import { test } from "node:test";
import { changeClassPart, classPartOf, flipBit } from "../attacks/forge/edit.ts";
import { cosign, cosigningKey } from "../attacks/forge/cosign.ts";
import { Consortium, DAY, newSigner, START } from "../kit/index.ts";
import { published, recosigned } from "./support/scenes.ts";
import { assertInstalls, assertRefused } from "./support/verdicts.ts";

const END = START + DAY;

test("a checkpoint has exactly k cosignatures in key order, nothing unused accepted", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  for (const by of [
    [0, 1, 2],
    [0, 1, 3],
    [0, 2, 3],
    [1, 2, 3],
  ]) {
    assertInstalls("1.0.0", { ...given, bytes: await recosigned(c, given.bytes, by) });
  }
  assertRefused("bundle/surplus", { ...given, bytes: await recosigned(c, given.bytes, [0, 1, 2, 3]) });
  assertRefused("bundle/cosignatures-few", { ...given, bytes: await recosigned(c, given.bytes, [0, 1]) });
  assertRefused("bundle/cosignatures-few", { ...given, bytes: await recosigned(c, given.bytes, []) });
  const swapped = changeClassPart(given.bytes, ({ cosignatures }) => ({ cosignatures: cosignatures.toReversed() }));
  assertRefused("bundle/cosigner-twice", { ...given, bytes: swapped });
});

test("a class that demands more cosignatures than the trust root gets exactly so many", async () => {
  using c = await Consortium.ready({ policy2: { cosignatures: 4 } });
  await c.publish();
  await c.cosign();
  const given = { bytes: c.bundle(), device: c.device(), now: c.now };
  assertInstalls("1.0.0", given);
  assertRefused("bundle/cosignatures-few", { ...given, bytes: await recosigned(c, given.bytes, [0, 1, 2]) });
});

test("a cosignature counts by a key of the trust root in force, over these very bytes", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  const known = [0, 1].map((i) => cosigningKey(c.member(i)));
  const foreign = { name: c.member(2).name, signer: await newSigner() };
  const cosignatures = await cosign(classPartOf(given.bytes), [...known, foreign], c.now);
  assertRefused("bundle/cosigner-unknown", { ...given, bytes: changeClassPart(given.bytes, () => ({ cosignatures })) });
  const false1 = changeClassPart(given.bytes, (part) => ({
    cosignatures: part.cosignatures.map((each) => ({ ...each, signature: flipBit(each.signature, 32) })),
  }));
  assertRefused("bundle/cosignature", { ...given, bytes: false1 });
});

test("a delegation covers the entry's time and the cosignature's, to the second", async () => {
  using c = await Consortium.ready({ until: END });
  const given = await published(c);
  assertInstalls("1.0.0", { ...given, bytes: await recosigned(c, given.bytes, [0, 1, 2], END) });
  assertRefused("bundle/delegation-expired", {
    ...given,
    bytes: await recosigned(c, given.bytes, [0, 1, 2], END + 1),
  });
});
