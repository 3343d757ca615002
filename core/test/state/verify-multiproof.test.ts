import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, utf8 } from "@firmament/core/bytes";
import { Refusal } from "@firmament/core/errors";
import { assertMultiproof, positionOf, proofLimits } from "@firmament/core/state";
import type { ProofTarget, Sha256, StateKey } from "@firmament/core/state";
import { TestTree } from "./support/map-store.ts";
import { mutations, proven } from "./support/proofs.ts";
import type { Proven } from "./support/proofs.ts";
import { chosen, chosenHashes, crypto } from "./support/sha256.ts";

const release = (name: string): StateKey => ["release", name];
const classKeys = (name: string): StateKey[] => [
  ["head", name],
  ["policy", name],
  ["entitlement", "author", name],
];

const tree = new TestTree(
  crypto,
  [...classKeys("sensor"), ...classKeys("valve"), ...Array.from({ length: 40 }, (_, n) => release(String(n)))].map(
    (key) => ({
      key,
      value: utf8("value"),
    }),
  ),
);

const present = proven(tree, [["head", "sensor"]]);
const absent = proven(tree, [release("absent")]);
const mixed = proven(tree, [
  ...classKeys("sensor"),
  release("1"),
  release("absent"),
  ["entitlement", "stranger", "sensor"],
]);

// A tree whose only leaf has the path of another key as well.
const takenKey: StateKey = ["entitlement", chosen("", "0"), "sensor"];
const taken = {
  ...positionOf(chosenHashes, takenKey),
  key: takenKey,
  tree: new TestTree(chosenHashes, [{ key: takenKey, value: utf8("v") }]),
};

// A leaf as a proof shows it.
function leafBytes(key: StateKey): Uint8Array {
  const { path, keyHash } = positionOf(crypto, key);
  return concat(path, keyHash, crypto.sha256(utf8("value")));
}

function refuses(claim: Proven, code: string, sha256: Sha256 = crypto): void {
  assert.throws(() => assertMultiproof(sha256, claim), { name: "Refusal", code });
}

function codeOf(claim: Proven): string {
  try {
    assertMultiproof(crypto, claim);
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error));
    return error.code;
  }
  return "accepted";
}

test("true proofs are accepted", () => {
  for (const claim of [present, absent, mixed]) assertMultiproof(crypto, claim);
});

test("every altered byte of shape and hashes is refused", () => {
  for (const claim of [present, absent, mixed]) {
    const { shape, hashes } = claim.proof;
    for (const altered of mutations(shape))
      assert.notEqual(codeOf({ ...claim, proof: { shape: altered, hashes } }), "accepted");
    for (const altered of mutations(hashes))
      assert.notEqual(codeOf({ ...claim, proof: { shape, hashes: altered } }), "accepted");
  }
});

test("every altered byte of a value or of the root is refused", () => {
  for (const claim of [present, mixed]) {
    for (const [i, { key, value }] of claim.targets.entries()) {
      for (const altered of mutations(value ?? new Uint8Array())) {
        refuses({ ...claim, targets: claim.targets.with(i, { key, value: altered }) }, "state/proof-root");
      }
    }
    for (const root of mutations(claim.root)) refuses({ ...claim, root }, "state/proof-root");
  }
});

test("a value that is claimed shorter, longer or empty is refused", () => {
  for (const value of [utf8("valu"), utf8("value "), new Uint8Array()]) {
    refuses({ ...present, targets: [{ key: ["head", "sensor"], value }] }, "state/proof-root");
  }
});

test("every shorter and every longer proof is refused as malformed", () => {
  for (const claim of [present, absent, mixed]) {
    const { shape, hashes } = claim.proof;
    for (let end = 1; end < shape.length; end++)
      refuses({ ...claim, proof: { shape: shape.subarray(0, end), hashes } }, "state/proof-form");
    for (let end = 0; end < hashes.length; end++)
      refuses({ ...claim, proof: { shape, hashes: hashes.subarray(0, end) } }, "state/proof-form");
    for (const surplus of [Uint8Array.of(0xff), new Uint8Array(32)]) {
      refuses({ ...claim, proof: { shape: concat(shape, surplus), hashes } }, "state/proof-form");
      refuses({ ...claim, proof: { shape, hashes: concat(hashes, surplus) } }, "state/proof-form");
    }
  }
});

test("another root is refused: of another length, and of the tree after a change", () => {
  refuses({ ...present, root: present.root.subarray(1) }, "state/proof-root");
  refuses({ ...present, root: new Uint8Array() }, "state/proof-root");
  const later = new TestTree(crypto);
  later.update([{ key: release("1"), value: utf8("new") }]);
  refuses({ ...present, root: later.rootHash }, "state/proof-root");
});

test("a proof of another key, table or class is refused", () => {
  const others: StateKey[] = [
    ["head", "valve"],
    ["policy", "sensor"],
    ["entitlement", "author", "sensor"],
    ["entitlement", "stranger", "sensor"],
    ["release", "sensor"],
    ["head", "sensors"],
    release("1"),
  ];
  for (const key of others) {
    refuses({ ...present, targets: [{ key, value: utf8("value") }] }, "state/proof-root");
  }
});

test("a record of one class does not prove that of another with the same value", () => {
  const valve = proven(tree, classKeys("valve"));
  const targets = classKeys("sensor").map((key): ProofTarget => ({ key, value: utf8("value") }));
  assert.notEqual(codeOf({ ...valve, targets }), "accepted");
});

test("a proof for more or for fewer keys than are asked is refused", () => {
  const [first, ...rest] = mixed.targets;
  assert.ok(first !== undefined);
  assert.notEqual(codeOf({ ...mixed, targets: rest }), "accepted");
  assert.notEqual(codeOf({ ...mixed, targets: [first] }), "accepted");
  assert.notEqual(
    codeOf({ ...mixed, targets: [...mixed.targets, { key: release("2"), value: utf8("value") }] }),
    "accepted",
  );
});

test("a present key is not proved absent with its own leaf", () => {
  const targets = [{ key: ["head", "sensor"], value: undefined }] as const;
  const { shape, hashes } = present.proof;
  const leaf = leafBytes(["head", "sensor"]);
  const codes = new Set<string>();
  for (let at = 0; at <= hashes.length; at += 32) {
    codes.add(
      codeOf({
        ...present,
        targets,
        proof: { shape, hashes: concat(hashes.subarray(0, at), leaf, hashes.subarray(at)) },
      }),
    );
  }
  assert.ok(codes.delete("state/proof-key"));
  assert.deepEqual([...codes], ["state/proof-form"]);
});

test("a present key is not proved absent with another leaf", () => {
  const targets = [{ key: ["head", "sensor"], value: undefined }] as const;
  for (const key of [...classKeys("sensor").slice(1), ...classKeys("valve"), release("1")]) {
    const other = proven(tree, [key]).proof;
    assert.notEqual(codeOf({ ...present, targets, proof: other }), "accepted");
    const hashes = concat(other.hashes, leafBytes(key));
    assert.notEqual(codeOf({ ...present, targets, proof: { shape: other.shape, hashes } }), "accepted");
  }
});

test("an absent key whose path the foreign leaf has is refused", () => {
  const other: StateKey = ["entitlement", chosen("", "1"), "sensor"];
  const proof = { shape: Uint8Array.of(0xff), hashes: concat(taken.path, taken.keyHash, crypto.sha256(utf8("v"))) };
  refuses(
    { root: taken.tree.rootHash, targets: [{ key: other, value: undefined }], proof },
    "state/proof-key",
    chosenHashes,
  );
});

test("an absent key with the path of a present one is refused", () => {
  const other: StateKey = ["entitlement", chosen("", "1"), "sensor"];
  const targets = [
    { key: taken.key, value: utf8("v") },
    { key: other, value: undefined },
  ];
  const proof = { shape: Uint8Array.of(0xff), hashes: new Uint8Array() };
  refuses({ root: taken.tree.rootHash, targets, proof }, "state/proof-key", chosenHashes);
});

test("two present keys at one leaf are refused", () => {
  const targets = classKeys("sensor").map((key) => ({ key, value: utf8("value") }));
  refuses({ ...present, targets, proof: { shape: Uint8Array.of(0xff), hashes: new Uint8Array() } }, "state/proof-form");
});

test("a foreign leaf that stands off its own walk is refused before its hash is looked at", () => {
  const single = new TestTree(
    chosenHashes,
    ["0", "4", "8"].map((first) => ({ key: ["release", chosen(first)], value: utf8("v") })),
  );
  const claim = proven(single, [["release", chosen("f")]]);
  assertMultiproof(chosenHashes, claim);
  const { shape, hashes } = claim.proof;
  assert.equal(shape.length, 2);
  const stray = Uint8Array.from(hashes);
  stray[32] = 0x7f;
  refuses({ ...claim, proof: { shape, hashes: stray } }, "state/proof-form", chosenHashes);
  stray[32] = 0x81;
  refuses({ ...claim, proof: { shape, hashes: stray } }, "state/proof-root", chosenHashes);
});

test("branches whose depth does not rise are refused", () => {
  for (const depths of [
    [5, 5],
    [5, 4],
    [254, 0],
  ]) {
    refuses(
      { ...present, proof: { shape: Uint8Array.of(...depths, 0xff), hashes: new Uint8Array(64) } },
      "state/proof-form",
    );
  }
});

test("a proof as deep as can be is walked and refused by its root", () => {
  const shape = Uint8Array.from({ length: 256 }, (_, depth) => depth);
  refuses({ ...present, proof: { shape, hashes: new Uint8Array(255 * 32) } }, "state/proof-root");
});

test("an empty tree proves absence under its own root alone", () => {
  const empty = new TestTree(crypto);
  const claim = proven(empty, [release("1"), release("2")]);
  assertMultiproof(crypto, claim);
  refuses({ ...claim, root: tree.rootHash }, "state/proof-root");
  refuses({ ...claim, targets: [{ key: release("1"), value: utf8("value") }] }, "state/proof-form");
  refuses({ ...claim, proof: { ...claim.proof, hashes: new Uint8Array(32) } }, "state/proof-form");
  refuses({ ...absent, root: empty.rootHash }, "state/proof-root");
});

test("a bare hash in place of the root's walk is refused", () => {
  refuses({ ...present, proof: { shape: new Uint8Array(), hashes: present.root } }, "state/proof-form");
});

test("targets are 1 to 64 and different", () => {
  const many = Array.from({ length: 65 }, (_, n) => ({ key: release(String(n)), value: undefined }));
  const [target] = present.targets;
  assert.ok(target !== undefined);
  for (const targets of [[], many, [target, target], [target, { key: target.key, value: undefined }]]) {
    refuses({ ...present, targets }, "state/proof-targets");
  }
  refuses({ ...present, targets: [{ key: ["head"], value: undefined }] }, "state/key-parts");
});

test("a proof beyond the size limits is refused before anything is hashed", () => {
  const unused = { sha256: (): never => assert.fail("hashed") };
  const { maxShapeBytes, maxHashesBytes } = proofLimits;
  refuses(
    { ...present, proof: { ...present.proof, shape: new Uint8Array(maxShapeBytes + 1) } },
    "state/proof-size",
    unused,
  );
  refuses(
    { ...present, proof: { ...present.proof, hashes: new Uint8Array(maxHashesBytes + 1) } },
    "state/proof-size",
    unused,
  );
});
