import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toHex, utf8 } from "@firmament/core/bytes";
import { assertMultiproof, prove } from "@firmament/core/state";
import type { Change, StateKey } from "@firmament/core/state";
import { anyBatch, anyKey } from "./support/arbitrary.ts";
import { TestTree } from "./support/map-store.ts";
import { proven } from "./support/proofs.ts";
import { chosen, chosenHashes, crypto } from "./support/sha256.ts";

const keyText = (key: StateKey): string => JSON.stringify(key);
const anyKeys = fc.uniqueArray(anyKey, { minLength: 1, maxLength: 10, selector: keyText });

function records(count: number): Change[] {
  const of = (n: number): StateKey[] => [
    ["head", `class-${n}`],
    ["policy", `class-${n}`],
    ["entitlement", `author-${n % 50}`, `class-${n}`],
    ["release", `release-${n}`],
    ["device", `device-${n}`],
  ];
  return Array.from({ length: count / 5 }, (_, n) => of(n))
    .flat()
    .map((key) => ({ key, value: utf8(keyText(key)) }));
}

const large = new TestTree(crypto, records(10_000));

function hashesFor(...keys: StateKey[]): number {
  return prove(crypto, large.store, large.root, keys).hashes.length / 32;
}

test("presence and absence of any keys in any tree are proved", () => {
  fc.assert(
    fc.property(anyBatch, anyBatch, anyKeys, (first, second, keys) => {
      const tree = new TestTree(crypto, first);
      tree.update(second);
      assertMultiproof(tree.crypto, proven(tree, keys));
    }),
    { numRuns: 500 },
  );
});

test("keys whose paths agree in many bits are proved", () => {
  const anyPath = fc
    .array(fc.constantFrom("0", "1", "8"), { minLength: 3, maxLength: 3 })
    .map((digits) => digits.join(""));
  const anyPaths = fc.uniqueArray(anyPath, { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(anyPaths, anyPaths, (present, targets) => {
      const keyAt = (path: string): StateKey => ["release", chosen(path)];
      const tree = new TestTree(
        chosenHashes,
        present.map((path) => ({ key: keyAt(path), value: utf8(path) })),
      );
      assertMultiproof(tree.crypto, proven(tree, targets.map(keyAt)));
    }),
  );
});

test("a proof does not depend on the order of its keys, nor does its verification", () => {
  fc.assert(
    fc.property(anyBatch, anyKeys, (batch, keys) => {
      const tree = new TestTree(crypto, batch);
      const [forth, back] = [proven(tree, keys), proven(tree, keys.toReversed())];
      assert.deepEqual(forth.proof, back.proof);
      assertMultiproof(tree.crypto, { ...forth, targets: back.targets });
    }),
  );
});

test("an old version is proved as long as its nodes are kept", () => {
  const tree = new TestTree(crypto, records(50));
  const key: StateKey = ["head", "class-1"];
  const [root, rootHash] = [tree.root, tree.rootHash];
  tree.update([{ key, value: utf8("new") }]);
  const proof = prove(crypto, tree.store, root, [key]);
  assertMultiproof(tree.crypto, { root: rootHash, targets: [{ key, value: utf8(keyText(key)) }], proof });
});

test("an empty tree proves absence with nothing at all", () => {
  const tree = new TestTree(crypto);
  const { proof } = proven(tree, [
    ["release", "1"],
    ["release", "2"],
  ]);
  assert.deepEqual([proof.shape, proof.hashes], [new Uint8Array(), new Uint8Array()]);
});

test("a tree of one leaf shows that leaf for absent keys, and nothing for the present one", () => {
  const tree = new TestTree(crypto, [{ key: ["release", "1"], value: utf8("v") }]);
  const absent = proven(tree, [
    ["release", "2"],
    ["release", "3"],
  ]).proof;
  assert.deepEqual([toHex(absent.shape), absent.hashes.length], ["ff", 96]);
  const both = proven(tree, [
    ["release", "1"],
    ["release", "2"],
  ]).proof;
  assert.deepEqual([toHex(both.shape), both.hashes.length], ["ff", 0]);
});

test("64 keys are proved at once", () => {
  const keys = Array.from({ length: 64 }, (_, n): StateKey => ["release", `release-${30 * n}`]);
  assertMultiproof(large.crypto, proven(large, keys));
});

test("head, policy and entitlement of a class need fewer hashes than the head alone", () => {
  for (let n = 0; n < 200; n++) {
    const head: StateKey = ["head", `class-${n}`];
    const all = hashesFor(head, ["policy", `class-${n}`], ["entitlement", `author-${n % 50}`, `class-${n}`]);
    assert.ok(all < hashesFor(head), `${all} hashes`);
  }
});

test("an absent entitlement adds no more than the three hashes of the leaf in its place", () => {
  for (let n = 0; n < 200; n++) {
    const head: StateKey = ["head", `class-${n}`];
    const all = hashesFor(head, ["policy", `class-${n}`], ["entitlement", "stranger", `class-${n}`]);
    assert.ok(all <= hashesFor(head) + 3, `${all} hashes`);
  }
});

test("records of three classes need about three times as many", () => {
  const single = hashesFor(["head", "class-1"]);
  assert.ok(hashesFor(["head", "class-1"], ["policy", "class-2"], ["entitlement", "author-3", "class-3"]) > 2 * single);
});

test("a proof of no key, of 65 keys and of a key twice is refused", () => {
  const keys = Array.from({ length: 65 }, (_, n): StateKey => ["release", String(n)]);
  for (const asked of [[], keys, [...keys.slice(0, 3), ...keys.slice(2, 4)]]) {
    assert.throws(() => prove(crypto, large.store, large.root, asked), {
      name: "Refusal",
      code: "state/proof-targets",
    });
  }
});

test("a proof of a key that does not exist in its table's form is refused", () => {
  assert.throws(() => prove(crypto, large.store, large.root, [["head"]]), { code: "state/key-parts" });
});

test("a key at whose path another key stands cannot be proved", () => {
  const [one, other]: StateKey[] = [
    ["entitlement", chosen("", "0"), "sensor"],
    ["entitlement", chosen("", "1"), "sensor"],
  ];
  assert.ok(one !== undefined && other !== undefined);
  const tree = new TestTree(chosenHashes, [{ key: one, value: utf8("v") }]);
  assertMultiproof(tree.crypto, proven(tree, [one]));
  assert.throws(() => prove(chosenHashes, tree.store, tree.root, [other]), RangeError);
  assert.throws(() => prove(chosenHashes, tree.store, tree.root, [one, other]), RangeError);
});
