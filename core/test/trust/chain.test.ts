import assert from "node:assert/strict";
import { test } from "node:test";
import { assertTrustChain, decodeTrustRoot, type TrustStep } from "@firmament/core/trust";
import {
  crypto,
  entryOf,
  firstDocument,
  type Member,
  newMember,
  nextDocument,
  signedStep,
} from "./support/consortium.ts";
import { assertRefuses } from "./support/refusals.ts";

const roots = (...groups: readonly (readonly Member[])[]) => groups.flat().map(({ root }) => root);

// Every organisation gets new keys in every step, so that no key of trust/1 is left at the end.
function rotations(count: number): readonly TrustStep[] {
  let members = ["a", "b", "c", "d"].map(newMember);
  const steps = [signedStep(firstDocument(members), roots(members))];
  for (let i = 1; i < count; i++) {
    const next = ["a", "b", "c", "d"].map(newMember);
    const last = steps.at(-1);
    if (last === undefined) throw new RangeError("a chain has a first step");
    steps.push(signedStep(nextDocument(last, { organisations: next.map(entryOf) }), roots(members, next)));
    members = next;
  }
  return steps;
}

const chain = rotations(5);
const pinOf = (step: TrustStep | undefined) => {
  assert.ok(step !== undefined);
  const { digest, document } = decodeTrustRoot(crypto, step.document);
  return { digest, version: document.version };
};
const pins = chain.map(pinOf);
const [, second] = pins;
assert.ok(second !== undefined);

test("a device that pins any version follows the chain to its end, offline", () => {
  for (const pin of pins) assert.equal(assertTrustChain(crypto, pin, chain).document.version, 5);
});

test("a chain that ends before the pinned version is behind", () => {
  assertRefuses("trust/behind", () => assertTrustChain(crypto, { ...second, version: 3 }, chain.slice(0, 2)));
});

test("a chain of another consortium does not contain the pinned trust root", () => {
  for (const pin of pins) assertRefuses("trust/pinned", () => assertTrustChain(crypto, pin, rotations(5)));
});

test("a chain starts at trust/1 and leaves none out", () => {
  assertRefuses("trust/version", () => assertTrustChain(crypto, second, []));
  assertRefuses("trust/version", () => assertTrustChain(crypto, second, chain.slice(1)));
  assertRefuses("trust/version", () =>
    assertTrustChain(
      crypto,
      second,
      chain.filter((_, i) => i !== 2),
    ),
  );
  assertRefuses("trust/version", () =>
    assertTrustChain(
      crypto,
      second,
      Array.from({ length: 257 }, () => chain)
        .flat()
        .slice(0, 257),
    ),
  );
});

test("steps of another chain cannot be spliced in", () => {
  const other = rotations(5);
  const spliced = [...chain.slice(0, 2), ...other.slice(2)];
  assertRefuses("trust/previous", () => assertTrustChain(crypto, second, spliced));
});

test("a captured old quorum cannot continue a chain that moved on", () => {
  const old = ["a", "b", "c", "d"].map(newMember);
  const honest = ["a", "b", "c", "d"].map(newMember);
  const first = signedStep(firstDocument(old), roots(old));
  const next = signedStep(nextDocument(first, { organisations: honest.map(entryOf) }), roots(old, honest));
  const pin = pinOf(next);
  const thieves = ["a", "b", "c", "d"].map(newMember);
  const forged = signedStep(nextDocument(first, { organisations: thieves.map(entryOf) }), roots(old, thieves));
  assertRefuses("trust/pinned", () => assertTrustChain(crypto, pin, [first, forged]));
  const third = signedStep(nextDocument(next, { organisations: thieves.map(entryOf) }), roots(old, thieves));
  assertRefuses("trust/signature", () => assertTrustChain(crypto, pin, [first, next, third]));
});
