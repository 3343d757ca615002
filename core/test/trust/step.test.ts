import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeTrustRoot, type TrustStep, assertTrustStep } from "@firmament/core/trust";
import {
  crypto,
  entryOf,
  firstDocument,
  type Key,
  newKey,
  newMember,
  nextDocument,
  signDocument,
  signedStep,
} from "./support/consortium.ts";
import { assertRefuses } from "./support/refusals.ts";

const old = ["a", "b", "c", "d"].map(newMember);
const roots = (members: readonly { readonly root: Key }[], ...by: readonly number[]): Key[] =>
  members.filter((_, i) => by.length === 0 || by.includes(i)).map(({ root }) => root);
const first = signedStep(firstDocument(old), roots(old));
const before = decodeTrustRoot(crypto, first.document);
const follow = (step: TrustStep) => assertTrustStep(crypto, before, step);

// All offline keys change at once: no key is in both trust roots.
const renewed = ["a", "b", "c", "d"].map(newMember);
const rotation = nextDocument(first, { organisations: renewed.map(entryOf) });

test("trust/1 needs its own threshold and nothing before it", () => {
  const document = firstDocument(old);
  assert.equal(assertTrustStep(crypto, undefined, first).document.version, 1);
  assert.ok(assertTrustStep(crypto, undefined, signedStep(document, roots(old, 0, 2, 3))));
  assertRefuses("trust/new-quorum", () => assertTrustStep(crypto, undefined, signedStep(document, roots(old, 0, 1))));
  assertRefuses("trust/version", () => assertTrustStep(crypto, undefined, signedStep(nextDocument(first), roots(old))));
});

test("a step needs the thresholds of both trust roots", () => {
  assert.ok(follow(signedStep(rotation, [...roots(old, 0, 1, 2), ...roots(renewed, 1, 2, 3)])));
  assertRefuses("trust/new-quorum", () => follow(signedStep(rotation, roots(old))));
  assertRefuses("trust/old-quorum", () => follow(signedStep(rotation, roots(renewed))));
  assertRefuses("trust/new-quorum", () => follow(signedStep(rotation, [...roots(old), ...roots(renewed, 0, 1)])));
  assertRefuses("trust/old-quorum", () => follow(signedStep(rotation, [...roots(old, 0, 1), ...roots(renewed)])));
});

test("a key that stays counts for both", () => {
  const document = nextDocument(first, { organisations: [...old.slice(0, 3), newMember("e")].map(entryOf) });
  assert.ok(follow(signedStep(document, roots(old, 0, 1, 2))));
});

test("the threshold of the old trust root decides about the old keys, not the new one's", () => {
  const fewer = nextDocument(first, {
    faults: 0,
    organisations: [entryOf(newMember("z"))],
    rootThreshold: 1,
    threshold: 1,
  });
  assertRefuses("trust/old-quorum", () => follow(signedStep(fewer, roots(old, 0, 1))));
});

test("no version is skipped, repeated or gone back", () => {
  for (const version of [3, 256]) {
    const step = signedStep(nextDocument(first, { version }), roots(old));
    assertRefuses("trust/version", () => follow(step), String(version));
  }
  assertRefuses("trust/version", () => follow(first));
});

test("a step names the digest of the very bytes before it", () => {
  const other = signedStep({ ...firstDocument(old), freshness: 60 }, roots(old));
  assertRefuses("trust/previous", () => follow(signedStep(nextDocument(other), roots(old))));
});

test("every signature is true, by a known root key, once and in key order", () => {
  const step = signedStep(nextDocument(first), roots(old));
  const [a, b, c, d] = step.signatures;
  assert.ok(a !== undefined && b !== undefined && c !== undefined && d !== undefined);
  const stranger = newKey();
  const wrong: readonly (readonly [string, TrustStep["signatures"]])[] = [
    ["unsorted", [b, a, c, d]],
    ["twice", [a, b, b, c]],
    ["unknown signer", signDocument(step.document, [...roots(old), stranger])],
    ["an online key", signDocument(step.document, [...roots(old), ...old.slice(0, 1).map(({ cosigner }) => cosigner)])],
    ["another's signature", [{ kid: a.kid, signature: b.signature }, b, c, d]],
    ["over other bytes", [...first.signatures]],
    ["cut short", [{ kid: a.kid, signature: a.signature.subarray(1) }, b, c, d]],
  ];
  for (const [what, signatures] of wrong) assertRefuses("trust/signature", () => follow({ ...step, signatures }), what);
  assert.ok(follow(step));
});

test("one false signature spoils a step that has enough true ones", () => {
  const step = signedStep(nextDocument(first), roots(old));
  const signatures = step.signatures.map((each, i) => (i === 3 ? { ...each, signature: new Uint8Array(64) } : each));
  assertRefuses("trust/signature", () => follow({ ...step, signatures }));
});

test("changed bytes carry no signature", () => {
  const step = signedStep(nextDocument(first), roots(old));
  const document = signedStep(nextDocument(first, { freshness: 61 }), []).document;
  assertRefuses("trust/signature", () => follow({ ...step, document }));
});
