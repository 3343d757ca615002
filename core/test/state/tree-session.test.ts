import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toHex, utf8 } from "@firmament/core/bytes";
import { TreeSession, lookup } from "@firmament/core/state";
import type { Change, StateKey } from "@firmament/core/state";
import { anySequence } from "./support/arbitrary.ts";
import { TestTree, idsBelow } from "./support/map-store.ts";
import { crypto } from "./support/sha256.ts";

function release(n: number, value: string | undefined): Change {
  return { key: ["release", String(n)], value: value === undefined ? undefined : utf8(value) };
}

test("a block has the roots of its transactions, and writes its last version alone", () => {
  fc.assert(
    fc.property(anySequence, anySequence, (before, block) => {
      const [written, stepwise] = [new TestTree(crypto), new TestTree(crypto)];
      for (const batch of before) for (const tree of [written, stepwise]) tree.update(batch);
      const alive = new Set(idsBelow(written.store, written.root));

      const session = new TreeSession(crypto, written.store, written.root);
      for (const batch of block) assert.equal(toHex(session.update(batch)), toHex(stepwise.update(batch).rootHash));

      const result = session.result();
      written.store.write(result);
      for (const { id } of result.replaced) assert.ok(alive.delete(id), "replaced what was not written");
      for (const { id } of result.created) alive.add(id);
      assert.deepEqual(new Set(idsBelow(written.store, result.root)), alive);
      assert.equal(toHex(result.rootHash), toHex(stepwise.rootHash));
    }),
  );
});

test("a session reads its own writes, and the store sees none of them", () => {
  const tree = new TestTree(crypto, [release(1, "old"), release(2, "old")]);
  const size = tree.store.nodes.size;
  const session = new TreeSession(crypto, tree.store, tree.root);
  session.update([release(1, "new"), release(2, undefined), release(3, "new")]);
  const key = (n: number): StateKey => ["release", String(n)];
  assert.deepEqual(
    [1, 2, 3].map((n) => session.lookup(key(n))),
    [utf8("new"), undefined, utf8("new")],
  );
  assert.deepEqual(lookup(crypto, tree.store, tree.root, key(1)), utf8("old"));
  assert.equal(tree.store.nodes.size, size);
});

test("what a block inserts and deletes again is never written", () => {
  const tree = new TestTree(crypto, [release(1, "v"), release(2, "v")]);
  const session = new TreeSession(crypto, tree.store, tree.root);
  session.update([release(3, "v")]);
  session.update([release(3, undefined)]);
  const { created, rootHash } = session.result();
  assert.ok(created.every((node) => node.kind === "branch"));
  assert.deepEqual(rootHash, tree.rootHash);
});

test("an update that throws leaves the session as it was", () => {
  const tree = new TestTree(crypto, [release(1, "v")]);
  const session = new TreeSession(crypto, tree.store, tree.root);
  session.update([release(2, "v")]);
  const before = session.result();
  assert.throws(() => session.update([release(3, "v"), { key: ["head"], value: utf8("v") }]), {
    code: "state/key-parts",
  });
  assert.throws(() => session.update([release(4, "v"), release(4, "w")]), RangeError);
  assert.deepEqual(session.result(), before);
  assert.equal(session.root, before.root);
});

test("a session without updates writes nothing", () => {
  const tree = new TestTree(crypto);
  const result = new TreeSession(crypto, tree.store, undefined).result();
  assert.deepEqual(result, { root: undefined, rootHash: tree.rootHash, created: [], replaced: [] });
});
