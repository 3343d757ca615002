import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalBytes } from "@firmament/core/codec";
import { decodeTrustRoot, quorumOf } from "@firmament/core/trust";
import { crypto, entryOf, firstDocument, newKey, newMember } from "./support/consortium.ts";
import { assertRefuses } from "./support/refusals.ts";

const members = ["a", "b", "c", "d"].map(newMember);
const honest = firstDocument(members);
const decodeWith = (changes: object) => decodeTrustRoot(crypto, canonicalBytes({ ...honest, ...changes }));
const organisations = (change: (list: object[]) => object[]) => ({ organisations: change(members.map(entryOf)) });

test("a trust root comes back with its bytes and their digest", () => {
  const bytes = canonicalBytes(honest);
  const root = decodeTrustRoot(crypto, bytes);
  assert.deepEqual(root.document, honest);
  assert.equal(root.digest, Buffer.from(crypto.sha256(bytes)).toString("base64url"));
});

test("two quorums share more organisations than may be faulty", () => {
  for (let count = 1; count <= 64; count++) {
    for (let faults = 0; faults < count; faults++) {
      const quorum = quorumOf(count, faults);
      assert.ok(quorum > (count + faults) / 2 && quorum - 1 <= (count + faults) / 2);
      assert.ok(2 * quorum - count > faults, `${count} ${faults}`);
    }
  }
});

test("a threshold is above (n + f) / 2 and not above n", () => {
  for (const name of ["threshold", "rootThreshold"]) {
    for (const value of [3, 4]) assert.ok(decodeWith({ [name]: value }));
    for (const value of [1, 2, 5])
      assertRefuses("trust/threshold", () => decodeWith({ [name]: value }), `${name} ${value}`);
  }
  assertRefuses("trust/threshold", () => decodeWith({ faults: 2 }));
  assert.ok(decodeWith({ faults: 2, rootThreshold: 4, threshold: 4 }));
  assertRefuses("trust/threshold", () => decodeWith({ faults: 4, rootThreshold: 4, threshold: 4 }));
});

test("every key stands in it once, in whatever place", () => {
  const [a, b] = [newMember("a"), newMember("b")];
  const rest = members.slice(2).map(entryOf);
  const twice = (change: object, base = b) =>
    decodeWith({ organisations: [entryOf(a), { ...entryOf(base), ...change }, ...rest] });
  assert.ok(twice({}));
  assertRefuses("trust/duplicate-key", () => twice({ root: a.root.key }));
  assertRefuses("trust/duplicate-key", () => twice({ root: a.cosigner.key }));
  assertRefuses("trust/duplicate-key", () => twice({ cosigners: entryOf(a).cosigners }));
  assertRefuses("trust/duplicate-key", () => twice({ cosigners: [...entryOf(b).cosigners, ...entryOf(b).cosigners] }));
});

test("organisations and ledgers are sorted sets", () => {
  assertRefuses("codec/value", () => decodeWith(organisations((list) => list.reverse())));
  assertRefuses("codec/value", () =>
    decodeWith(organisations(([first, ...rest]) => [first ?? {}, first ?? {}, ...rest])),
  );
  assertRefuses("codec/value", () => decodeWith({ ledgers: [] }));
  const [id] = honest.ledgers.map((each) => each.id);
  assertRefuses("codec/value", () => decodeWith({ ledgers: [{ id }, { id }] }));
});

test("a cosigner key is an Ed25519 key", () => {
  const p256 = {
    crv: "P-256",
    kty: "EC",
    x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
  };
  const [first, ...rest] = members.map(entryOf);
  const changed = { ...first, cosigners: [{ key: p256, until: 1 }] };
  assertRefuses("trust/cosigner-key", () => decodeWith({ organisations: [changed, ...rest] }));
  assert.ok(decodeWith({ organisations: [{ ...first, root: p256 }, ...rest] }));
});

test("the first version names its genesis, every later one the one before", () => {
  const digest = honest.genesis;
  assertRefuses("trust/version", () => decodeWith({ previous: digest }));
  assertRefuses("trust/version", () => decodeWith({ genesis: undefined }));
  assertRefuses("trust/version", () => decodeWith({ version: 2 }));
  assertRefuses("trust/version", () => decodeWith({ previous: digest, version: 2 }));
  assert.ok(decodeWith({ genesis: undefined, previous: digest, version: 2 }));
});

test("a restart is said or not said, and a version is one that a chain can reach", () => {
  assert.equal(decodeWith({ restart: true }).document.restart, true);
  assertRefuses("codec/value", () => decodeWith({ restart: false }));
  const later = { genesis: undefined, previous: honest.genesis };
  assert.ok(decodeWith({ ...later, version: 256 }));
  assertRefuses("codec/value", () => decodeWith({ ...later, version: 257 }));
});

test("the form is closed and bounded", () => {
  assertRefuses("codec/unknown-member", () => decodeWith({ expires: 1 }));
  assertRefuses("codec/missing-member", () => decodeWith({ faults: undefined }));
  assertRefuses("codec/value", () => decodeWith({ type: "firmament-trust/v2" }));
  assertRefuses("codec/value", () => decodeWith({ freshness: 59 }));
  const many = Array.from({ length: 5 }, () => ({ key: newKey().key, until: 1 }));
  const [first, ...rest] = members.map(entryOf);
  assertRefuses("codec/value", () => decodeWith({ organisations: [{ ...first, cosigners: many }, ...rest] }));
  assertRefuses("codec/too-large", () => decodeTrustRoot(crypto, new Uint8Array(65_537)));
});
