import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toHex, utf8 } from "@firmament/core/bytes";
import { lookup, updateTree } from "@firmament/core/state";
import type { Change, NodeRef, StateKey } from "@firmament/core/state";
import { anyBatch, anySequence } from "./support/arbitrary.ts";
import { TestTree, idsBelow } from "./support/map-store.ts";
import { referenceRoot } from "./support/reference-tree.ts";
import type { Entry } from "./support/reference-tree.ts";
import { chosen, chosenHashes, crypto } from "./support/sha256.ts";

/** The state as a plain map, by the JSON text of the key. */
type Model = Map<string, Entry>;

function apply(model: Model, changes: readonly Change[]): void {
  for (const { key, value } of changes) {
    if (value === undefined) model.delete(JSON.stringify(key));
    else model.set(JSON.stringify(key), [key, value]);
  }
}

function releases(count: number, value = "v"): Change[] {
  return Array.from({ length: count }, (_, n) => ({ key: ["release", String(n)], value: utf8(value) }));
}

const keyAt = (first: string, last?: string): StateKey => ["release", chosen(first, last)];

test("any sequence of inserts, updates and deletions has the root of a rebuild", () => {
  fc.assert(
    fc.property(anySequence, (batches) => {
      const tree = new TestTree(crypto);
      const model: Model = new Map();
      for (const batch of batches) {
        const { rootHash } = tree.update(batch);
        apply(model, batch);
        assert.equal(toHex(rootHash), toHex(referenceRoot(model.values())));
      }
    }),
    { numRuns: 300 },
  );
});

test("keys whose paths agree in many bits have the root of a rebuild", () => {
  const anyPath = fc
    .array(fc.constantFrom("0", "1", "8"), { minLength: 1, maxLength: 3 })
    .map((digits) => digits.join(""));
  const anyPaths = fc.uniqueArray(anyPath, { maxLength: 12, selector: (path) => path.padEnd(3, "0") });
  fc.assert(
    fc.property(anyPaths, anyPaths, (present, deleted) => {
      const value = utf8("v");
      const kept = present.filter((path) => !deleted.some((gone) => keyAt(gone)[1] === keyAt(path)[1]));
      const tree = new TestTree(
        chosenHashes,
        [...present].map((path) => ({ key: keyAt(path), value })),
      );
      tree.update(deleted.map((path) => ({ key: keyAt(path), value: undefined })));
      const rebuilt = new TestTree(
        chosenHashes,
        kept.map((path) => ({ key: keyAt(path), value })),
      );
      assert.deepEqual(tree.rootHash, rebuilt.rootHash);
    }),
  );
});

test("the order of changes and their batches make no difference", () => {
  fc.assert(
    fc.property(
      anyBatch.chain((batch) =>
        fc.tuple(fc.constant(batch), fc.shuffledSubarray([...batch], { minLength: batch.length })),
      ),
      ([batch, shuffled]) => {
        const once = new TestTree(crypto, batch);
        const each = new TestTree(crypto);
        for (const change of shuffled) each.update([change]);
        assert.deepEqual(once.rootHash, each.rootHash);
      },
    ),
  );
});

test("lookups find exactly what the sequence left, in every version", () => {
  fc.assert(
    fc.property(anySequence, (batches) => {
      const tree = new TestTree(crypto);
      const model: Model = new Map();
      const seen = new Map<string, StateKey>();
      const versions: { root: NodeRef | undefined; model: Model }[] = [];
      for (const batch of batches) {
        tree.update(batch);
        apply(model, batch);
        for (const { key } of batch) seen.set(JSON.stringify(key), key);
        versions.push({ root: tree.root, model: new Map(model) });
      }
      for (const version of versions) {
        for (const [text, key] of seen) {
          assert.deepEqual(lookup(crypto, tree.store, version.root, key), version.model.get(text)?.[1]);
        }
      }
    }),
  );
});

test("created and replaced nodes are exactly the difference of two versions", () => {
  fc.assert(
    fc.property(anySequence, (batches) => {
      const tree = new TestTree(crypto);
      let alive = new Set<number>();
      for (const batch of batches) {
        const update = tree.update(batch);
        for (const { id } of update.replaced) assert.ok(alive.delete(id), "replaced what was not there");
        for (const { id } of update.created) alive.add(id);
        const reached = new Set(idsBelow(tree.store, tree.root));
        assert.deepEqual(reached, alive);
        tree.store.prune(update.replaced);
        assert.equal(tree.store.nodes.size, alive.size);
        alive = reached;
      }
    }),
  );
});

test("the empty tree has its own root, and deleting everything leads back to it", () => {
  const tree = new TestTree(crypto);
  assert.equal(toHex(tree.rootHash), toHex(crypto.sha256(Uint8Array.of(6))));
  tree.update(releases(20));
  const { root, rootHash, created } = tree.update(releases(20).map(({ key }) => ({ key, value: undefined })));
  assert.equal(root, undefined);
  assert.deepEqual(created, []);
  assert.deepEqual(rootHash, new TestTree(crypto).rootHash);
});

test("an equal value and a second deletion create and replace nothing", () => {
  const tree = new TestTree(crypto, releases(20));
  const before = tree.root;
  const update = tree.update([...releases(5), { key: ["release", "none"], value: undefined }]);
  assert.deepEqual([update.created, update.replaced], [[], []]);
  assert.equal(update.root, before);
});

test("empty bytes are a value", () => {
  const key: StateKey = ["release", "1"];
  const tree = new TestTree(crypto, [{ key, value: new Uint8Array() }]);
  assert.deepEqual(lookup(crypto, tree.store, tree.root, key), new Uint8Array());
});

test("one changed key of 2000 creates no more nodes than its path is long", () => {
  const tree = new TestTree(crypto, releases(2000));
  for (let n = 0; n < 50; n++) {
    const { created, replaced } = tree.update([{ key: ["release", String(n)], value: utf8("new") }]);
    assert.equal(created.length, replaced.length);
    assert.ok(created.length <= 30, `created ${created.length}`);
  }
});

test("a batch creates the shared part of its paths once", () => {
  const tree = new TestTree(crypto, releases(2000));
  const { created } = tree.update(releases(5, "new"));
  assert.equal(created.filter((node) => node.kind === "branch" && node.depth === 0).length, 1);
  assert.equal(created.filter((node) => node.kind === "leaf").length, 5);
});

test("an update only reads its store", () => {
  const tree = new TestTree(crypto, releases(20));
  const before = structuredClone(tree.store.nodes);
  updateTree(crypto, tree.store, tree.root, releases(3, "new"));
  assert.deepEqual(tree.store.nodes, before);
});

test("paths that differ in bit 254 alone are told apart", () => {
  const tree = new TestTree(chosenHashes, [
    { key: keyAt("", "0"), value: utf8("a") },
    { key: keyAt("", "2"), value: utf8("b") },
  ]);
  assert.deepEqual(lookup(chosenHashes, tree.store, tree.root, keyAt("", "2")), utf8("b"));
  const root = tree.store.get(tree.root?.id ?? 0);
  assert.equal(root.kind === "branch" && root.depth, 254);
});

// Both in one batch, and the second after the first.
function assertFault([first, second]: readonly [Change, Change]): void {
  assert.throws(() => new TestTree(chosenHashes, [first, second]), RangeError);
  const tree = new TestTree(chosenHashes, [first]);
  assert.throws(() => tree.update([second]), RangeError);
}

test("paths that differ in their last bit alone are a fault", () => {
  assertFault([
    { key: keyAt("", "0"), value: utf8("a") },
    { key: keyAt("", "1"), value: utf8("b") },
  ]);
});

test("two keys with one path are a fault; until then, the other one is absent", () => {
  const [one, other]: StateKey[] = [
    ["entitlement", chosen("", "0"), "sensor"],
    ["entitlement", chosen("", "1"), "sensor"],
  ];
  assert.ok(one !== undefined && other !== undefined);
  assertFault([
    { key: one, value: utf8("a") },
    { key: other, value: utf8("b") },
  ]);
  const tree = new TestTree(chosenHashes, [{ key: one, value: utf8("a") }]);
  assert.equal(lookup(chosenHashes, tree.store, tree.root, other), undefined);
  assert.deepEqual(tree.update([{ key: other, value: undefined }]).replaced, []);
});

test("a key that comes twice in a batch is a fault, even where one changes nothing", () => {
  const tree = new TestTree(crypto, releases(3));
  const twice: Change[] = [
    { key: ["release", "1"], value: utf8("v") },
    { key: ["release", "1"], value: utf8("new") },
  ];
  assert.throws(() => tree.update(twice), RangeError);
});

test("a key that is refused stops the batch", () => {
  const tree = new TestTree(crypto);
  assert.throws(() => tree.update([{ key: ["head"], value: utf8("v") }]), { name: "Refusal", code: "state/key-parts" });
});
