import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  assertConsistency,
  assertInclusion,
  consistencyProof,
  inclusionProof,
  leafHash,
  nodeHash,
} from "@firmament/core/log";
import type { ConsistencyClaim, InclusionClaim } from "@firmament/core/log";
import { crypto } from "./support/node-crypto.ts";
import { assertRefuses, codeOf } from "./support/refusals.ts";
import { logOf, present } from "./support/stored-log.ts";

const maxSize = 80;
const log = logOf(maxSize);
const forked = logOf(maxSize, "other");

function inclusion(index: number, size: number): InclusionClaim {
  const path = inclusionProof(crypto, log.nodes, { index, size });
  return { index, size, leaf: log.leafAt(index), path, root: log.rootAt(size) };
}

function consistency(from: number, to: number): ConsistencyClaim {
  const path = consistencyProof(crypto, log.nodes, { from, to });
  return { from, to, fromRoot: log.rootAt(from), toRoot: log.rootAt(to), path };
}

const anyInclusion = fc
  .integer({ min: 1, max: maxSize })
  .chain((size) => fc.integer({ min: 0, max: size - 1 }).map((index) => inclusion(index, size)));

const anyConsistency = fc
  .integer({ min: 1, max: maxSize })
  .chain((to) => fc.integer({ min: 1, max: to }).map((from) => consistency(from, to)));

const flip = (hash: Uint8Array, at: number): Uint8Array => hash.map((byte, i) => (i === at ? byte ^ 1 : byte));
const replaced = (path: readonly Uint8Array[], at: number, hash: Uint8Array): Uint8Array[] =>
  path.map((other, i) => (i === at ? hash : other));

interface Alteration {
  readonly at: number;
  readonly byte: number;
}
const anyAlteration = fc.record({ at: fc.nat(), byte: fc.nat(31) });

// Every way to write another path than the right one; none where the path is too short for it.
function wrongPaths(path: readonly Uint8Array[], { at, byte }: Alteration): Uint8Array[][] {
  const extra = log.leafAt(0);
  const longer = [
    [...path, extra],
    [extra, ...path],
    [...path, ...path, extra],
  ];
  if (path.length === 0) return longer;
  const i = at % path.length;
  const j = (i + 1) % path.length;
  const [here, next] = [present(path[i]), present(path[j])];
  const swapped = replaced(replaced(path, i, next), j, here);
  const wrong = [
    ...longer,
    path.toSpliced(i, 1),
    replaced(path, i, flip(here, byte)),
    replaced(path, i, here.slice(1)),
  ];
  return path.length > 1 ? [...wrong, swapped, path.toReversed()] : wrong;
}

test("every inclusion proof of every small tree is accepted", () => {
  for (let size = 1; size <= maxSize; size++) {
    for (let index = 0; index < size; index++) assertInclusion(crypto, inclusion(index, size));
  }
});

test("[S2-43] one of 5,000 events is proven with its own bytes, 13 hashes and the root, without the other events", () => {
  const events = logOf(5_000, "event");
  const [index, size] = [4_095, 5_000];
  const path = inclusionProof(crypto, events.nodes, { index, size });
  const leaf = leafHash(crypto, present(events.entries[index]));
  assert.equal(path.length, 13);
  assertInclusion(crypto, { index, size, leaf, path, root: events.rootAt(size) });
  const other = leafHash(crypto, present(events.entries[index - 1]));
  assertRefuses("log/inclusion-root", () =>
    assertInclusion(crypto, { index, size, leaf: other, path, root: events.rootAt(size) }),
  );
});

test("no altered inclusion path is accepted", () => {
  fc.assert(
    fc.property(anyInclusion, anyAlteration, (claim, alteration) => {
      for (const path of wrongPaths(claim.path, alteration)) {
        assert.match(codeOf(() => assertInclusion(crypto, { ...claim, path })) ?? "accepted", /^log\/inclusion-/);
      }
    }),
  );
});

test("no inclusion proof is accepted for another leaf, root or index", () => {
  fc.assert(
    fc.property(anyInclusion, fc.nat(31), fc.nat(maxSize), (claim, byte, index) => {
      const { leaf, root } = claim;
      assertRefuses("log/inclusion-root", () => assertInclusion(crypto, { ...claim, leaf: flip(leaf, byte) }));
      assertRefuses("log/inclusion-root", () => assertInclusion(crypto, { ...claim, root: flip(root, byte) }));
      fc.pre(index !== claim.index);
      assert.match(codeOf(() => assertInclusion(crypto, { ...claim, index })) ?? "accepted", /^log\/inclusion-/);
    }),
  );
});

test("no inclusion proof is accepted at another size with that size's root", () => {
  fc.assert(
    fc.property(anyInclusion, fc.integer({ min: 1, max: maxSize }), (claim, size) => {
      fc.pre(size !== claim.size);
      const root = log.rootAt(size);
      // Where both trees share the path, the roots differ and the proof leads to the wrong one.
      assert.match(codeOf(() => assertInclusion(crypto, { ...claim, size, root })) ?? "accepted", /^log\/inclusion-/);
    }),
  );
});

test("each rule of an inclusion proof has its refusal", () => {
  const claim = inclusion(3, 7);
  for (const [index, size] of [
    [7, 7],
    [-1, 7],
    [0.5, 7],
    [0, 0],
    [0, 2 ** 53],
    [2 ** 53, 2 ** 54],
  ] as const) {
    assertRefuses("log/inclusion-range", () => assertInclusion(crypto, { ...claim, index, size }));
  }
  assertRefuses("log/inclusion-length", () => assertInclusion(crypto, { ...claim, path: claim.path.slice(1) }));
  assertRefuses("log/inclusion-length", () =>
    assertInclusion(crypto, { ...claim, path: Array(1_000_000).fill(claim.leaf) }),
  );
  assertRefuses("log/inclusion-hash", () =>
    assertInclusion(crypto, { ...claim, path: replaced(claim.path, 0, new Uint8Array(31)) }),
  );
  assertRefuses("log/inclusion-hash", () => assertInclusion(crypto, { ...claim, leaf: new Uint8Array(0) }));
  assertRefuses("log/inclusion-hash", () => assertInclusion(crypto, { ...claim, root: new Uint8Array(33) }));
  assertRefuses("log/inclusion-root", () => assertInclusion(crypto, { ...claim, root: log.rootAt(8) }));
});

test("an inner node is no leaf", () => {
  const [a, b] = [log.leafAt(0), log.leafAt(1)];
  const node = nodeHash(crypto, a, b);
  const path = inclusionProof(crypto, log.nodes, { index: 0, size: 4 }).slice(1);
  assertRefuses("log/inclusion-length", () =>
    assertInclusion(crypto, { index: 0, size: 4, leaf: node, path, root: log.rootAt(4) }),
  );
});

test("[S2-48] every consistency proof between any two sizes is accepted: the log only grew", () => {
  for (let to = 1; to <= maxSize; to++) {
    for (let from = 1; from <= to; from++) assertConsistency(crypto, consistency(from, to));
  }
});

test("[S2-48] a log that changed, dropped or reordered what it had shown has no consistency proof", () => {
  fc.assert(
    fc.property(anyConsistency, (claim) => {
      const { from, to } = claim;
      const path = consistencyProof(crypto, forked.nodes, { from, to });
      const lie = { ...claim, toRoot: forked.rootAt(to), path };
      const code = from === to ? "log/consistency-fork" : "log/consistency-";
      assert.ok(codeOf(() => assertConsistency(crypto, lie))?.startsWith(code));
      assert.ok(codeOf(() => assertConsistency(crypto, { ...lie, path: claim.path }))?.startsWith(code));
    }),
  );
});

test("no altered consistency path is accepted", () => {
  fc.assert(
    fc.property(anyConsistency, anyAlteration, (claim, alteration) => {
      for (const path of wrongPaths(claim.path, alteration)) {
        assert.match(codeOf(() => assertConsistency(crypto, { ...claim, path })) ?? "accepted", /^log\/consistency-/);
      }
    }),
  );
});

test("no consistency proof is accepted for another root or size", () => {
  fc.assert(
    fc.property(anyConsistency, fc.nat(31), fc.integer({ min: 1, max: maxSize }), (claim, byte, size) => {
      const isRefused = (wrong: Partial<ConsistencyClaim>): void => {
        assert.match(
          codeOf(() => assertConsistency(crypto, { ...claim, ...wrong })) ?? "accepted",
          /^log\/consistency-/,
        );
      };
      isRefused({ fromRoot: flip(claim.fromRoot, byte) });
      isRefused({ toRoot: flip(claim.toRoot, byte) });
      if (size !== claim.to) isRefused({ to: size, toRoot: log.rootAt(size) });
      if (size !== claim.from) isRefused({ from: size, fromRoot: log.rootAt(size) });
    }),
  );
});

test("each rule of a consistency proof has its refusal", () => {
  const claim = consistency(6, 11);
  const last = present(claim.path.at(-1));
  for (const [from, to] of [
    [0, 11],
    [12, 11],
    [-1, 11],
    [0.5, 11],
    [6, 2 ** 53],
  ] as const) {
    assertRefuses("log/consistency-range", () => assertConsistency(crypto, { ...claim, from, to }));
  }
  assertRefuses("log/consistency-length", () => assertConsistency(crypto, { ...claim, path: [...claim.path, last] }));
  assertRefuses("log/consistency-length", () => assertConsistency(crypto, { ...consistency(6, 6), path: [last] }));
  assertRefuses("log/consistency-hash", () => assertConsistency(crypto, { ...claim, fromRoot: new Uint8Array(0) }));
  assertRefuses("log/consistency-hash", () =>
    assertConsistency(crypto, { ...consistency(6, 6), toRoot: new Uint8Array(0) }),
  );
  assertRefuses("log/consistency-fork", () =>
    assertConsistency(crypto, { ...consistency(6, 6), toRoot: forked.rootAt(6) }),
  );
  assertRefuses("log/consistency-old-root", () => assertConsistency(crypto, { ...claim, fromRoot: forked.rootAt(6) }));
  assertRefuses("log/consistency-new-root", () => assertConsistency(crypto, { ...claim, toRoot: forked.rootAt(11) }));
});
