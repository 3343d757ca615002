import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex, utf8 } from "@firmament/core/bytes";
import {
  append,
  assertConsistency,
  assertInclusion,
  consistencyProof,
  emptyFrontier,
  emptyRoot,
  frontierAt,
  frontierRoot,
  inclusionProof,
  leafHash,
  nodeHash,
  rootAt,
} from "@firmament/core/log";
import { crypto } from "./support/node-crypto.ts";
import { auditPath, consistencyPath, treeHash } from "./support/reference-tree.ts";
import { assertRefuses } from "./support/refusals.ts";
import { hexes, logOf, present } from "./support/stored-log.ts";
import { needsVectors, readVectors } from "./support/vectors.ts";

interface ReferenceTree {
  hasher: { empty_root: string; empty_leaf: string };
  leaf_inputs_hex: string[];
  node_hashes_level_order: string[][];
  root_hashes_by_size: string[];
}

const maxSize = 70;
const log = logOf(maxSize);

test("hashes of the reference tree of 8 leaves", needsVectors, () => {
  const vectors = readVectors<ReferenceTree>("merkle/reference-tree.json");
  assert.equal(toHex(emptyRoot(crypto)), vectors.hasher.empty_root);
  assert.equal(toHex(leafHash(crypto, new Uint8Array(0))), vectors.hasher.empty_leaf);
  assert.equal(
    toHex(leafHash(crypto, utf8("L123456"))),
    "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56",
  );
  assert.equal(
    toHex(nodeHash(crypto, utf8("N123"), utf8("N456"))),
    "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb",
  );
});

test("appending the reference tree gives its nodes and its root at every size", needsVectors, () => {
  const vectors = readVectors<ReferenceTree>("merkle/reference-tree.json");
  let frontier = emptyFrontier;
  const roots = [toHex(frontierRoot(crypto, frontier))];
  for (const input of vectors.leaf_inputs_hex) {
    const appended = append(crypto, frontier, leafHash(crypto, Buffer.from(input, "hex")));
    for (const { level, index, hash } of appended.nodes) {
      assert.equal(toHex(hash), vectors.node_hashes_level_order[level]?.[index]);
    }
    frontier = appended.frontier;
    roots.push(toHex(frontierRoot(crypto, frontier)));
  }
  assert.deepEqual(roots, vectors.root_hashes_by_size);
});

test("the root at every size is RFC 6962's, while appending and read back", () => {
  for (let size = 0; size <= maxSize; size++) {
    const root = toHex(treeHash(log.entries.slice(0, size)));
    assert.equal(toHex(log.rootAt(size)), root);
    assert.equal(toHex(rootAt(crypto, log.nodes, size)), root);
  }
});

test("every inclusion proof of every small tree is RFC 6962's", () => {
  for (let size = 1; size <= maxSize; size++) {
    const entries = log.entries.slice(0, size);
    for (let index = 0; index < size; index++) {
      const path = inclusionProof(crypto, log.nodes, { index, size });
      assert.deepEqual(hexes(path), hexes(auditPath(index, entries)), `${index} of ${size}`);
    }
  }
});

test("every consistency proof of every small tree is RFC 6962's", () => {
  for (let to = 1; to <= maxSize; to++) {
    const entries = log.entries.slice(0, to);
    for (let from = 1; from <= to; from++) {
      const path = consistencyProof(crypto, log.nodes, { from, to });
      assert.deepEqual(hexes(path), hexes(consistencyPath(from, entries)), `${from} to ${to}`);
    }
  }
});

test("2 * size nodes less the one bits of the size are stored, nothing is stored twice", () => {
  assert.equal(log.nodeCount, 2 * 70 - 3);
});

test("a frontier read back continues the log as the one in memory does", () => {
  for (let size = 0; size <= maxSize; size++) {
    const frontier = frontierAt(log.nodes, size);
    assert.equal(frontier.size, size);
    assert.equal(toHex(frontierRoot(crypto, frontier)), toHex(log.rootAt(size)));
  }
  assert.deepEqual(hexes(frontierAt(log.nodes, maxSize).hashes), hexes(log.frontier.hashes));
});

test("each append hands over the nodes it completed, leaf first", () => {
  const { nodes } = append(crypto, frontierAt(log.nodes, 11), log.leafAt(11));
  assert.deepEqual(
    nodes.map(({ level, index, hash }) => [level, index, toHex(hash)]),
    [
      [0, 11, toHex(log.leafAt(11))],
      [1, 5, toHex(treeHash(log.entries.slice(10, 12)))],
      [2, 2, toHex(treeHash(log.entries.slice(8, 12)))],
    ],
  );
});

test("an append that is not committed leaves the frontier as it was", () => {
  const before = hexes(log.frontier.hashes);
  append(crypto, log.frontier, leafHash(crypto, utf8("given up")));
  assert.deepEqual(hexes(log.frontier.hashes), before);
  assert.equal(log.frontier.size, maxSize);
});

test("a proof of a leaf or a tree outside the range is refused", () => {
  for (const [index, size] of [
    [0, 0],
    [5, 5],
    [-1, 5],
    [0.5, 5],
    [0, 2 ** 53],
    [Number.NaN, 5],
  ] as const) {
    assertRefuses("log/inclusion-range", () => inclusionProof(crypto, log.nodes, { index, size }));
  }
  for (const [from, to] of [
    [0, 5],
    [6, 5],
    [-1, 5],
    [1.5, 5],
    [1, 2 ** 53],
  ] as const) {
    assertRefuses("log/consistency-range", () => consistencyProof(crypto, log.nodes, { from, to }));
  }
});

test("a hole in the store, a size or a leaf that is none are faults, not refusals", () => {
  const isFault = (error: unknown): boolean => error instanceof Error && error.name !== "Refusal";
  assert.throws(() => rootAt(crypto, log.nodes, maxSize + 1), isFault);
  assert.throws(() => rootAt(crypto, log.nodes, -1), isFault);
  assert.throws(() => append(crypto, emptyFrontier, utf8("no hash")), isFault);
  assert.throws(() => append(crypto, { size: 1, hashes: [] }, log.leafAt(0)), isFault);
  assert.throws(() => append(crypto, { size: 2 ** 53 - 1, hashes: [] }, log.leafAt(0)), isFault);
});

test("a log near 2^53 leaves is proven as a small one is", () => {
  // All leaves are equal, so each level has one complete hash: a log too large to build, answered by level alone.
  const levels = [leafHash(crypto, new Uint8Array(0))];
  for (let i = 0; i < 53; i++) levels.push(nodeHash(crypto, present(levels[i]), present(levels[i])));
  const nodes = (level: number): Uint8Array | undefined => levels[level];
  const size = 2 ** 53 - 1;
  const [leaf, root] = [present(levels[0]), rootAt(crypto, nodes, size)];
  for (const index of [0, 2 ** 31, 2 ** 32 + 1, 2 ** 52 + 1, size - 1]) {
    assertInclusion(crypto, { index, size, leaf, path: inclusionProof(crypto, nodes, { index, size }), root });
  }
  for (const from of [1, 2 ** 31 - 1, 2 ** 32, 2 ** 52 - 1, size - 1, size]) {
    const path = consistencyProof(crypto, nodes, { from, to: size });
    assertConsistency(crypto, { from, to: size, fromRoot: rootAt(crypto, nodes, from), toRoot: root, path });
  }
});
