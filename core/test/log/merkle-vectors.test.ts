import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex } from "@firmament/core/bytes";
import { assertConsistency, assertInclusion, parseCheckpoint, parseNote } from "@firmament/core/log";
import { crypto } from "./support/node-crypto.ts";
import { codeOf } from "./support/refusals.ts";
import { needsVectors, readVectors, readVectorsWithText } from "./support/vectors.ts";

interface InclusionCase {
  file: string;
  leafIdx: string;
  treeSize: string;
  root: string;
  leafHash: string;
  proof: string[] | null;
  wantErr: boolean;
}

interface ConsistencyCase {
  file: string;
  size1: string;
  size2: string;
  root1: string;
  root2: string;
  proof: string[] | null;
  wantErr: boolean;
}

// Some negative cases hold text that is no hash; Buffer reads what it can, as a network would deliver it.
const hash = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));
const path = (proof: string[] | null): Uint8Array[] => (proof ?? []).map(hash);
const isBeyond = (...numbers: string[]): boolean => numbers.some((n) => BigInt(n) > BigInt(Number.MAX_SAFE_INTEGER));

test("98 inclusion proofs of transparency-dev/merkle; the 2 beyond 2^53 are out of range", needsVectors, () => {
  const { cases } = readVectorsWithText<{ cases: InclusionCase[] }>("merkle/inclusion.json", ["leafIdx", "treeSize"]);
  let beyond = 0;
  for (const { file, leafIdx, treeSize, root, leafHash, proof, wantErr } of cases) {
    const claim = {
      index: Number(leafIdx),
      size: Number(treeSize),
      leaf: hash(leafHash),
      path: path(proof),
      root: hash(root),
    };
    const code = codeOf(() => assertInclusion(crypto, claim));
    assert.equal(code !== undefined, wantErr, `${file}: ${code}`);
    if (isBeyond(leafIdx, treeSize)) {
      beyond++;
      assert.equal(code, "log/inclusion-range", file);
    }
  }
  assert.deepEqual([cases.length, beyond], [98, 2]);
});

test(
  "98 consistency proofs of transparency-dev/merkle; the 1 with equal roots of 12 bytes is refused",
  needsVectors,
  () => {
    const { cases } = readVectorsWithText<{ cases: ConsistencyCase[] }>("merkle/consistency.json", ["size1", "size2"]);
    const stricter: string[] = [];
    for (const { file, size1, size2, root1, root2, proof, wantErr } of cases) {
      assert.equal(isBeyond(size1, size2), false);
      const isHash = hash(root1).length === 32;
      const sizes = { from: Number(size1), to: Number(size2) };
      const claim = { ...sizes, fromRoot: hash(root1), toRoot: hash(root2), path: path(proof) };
      const code = codeOf(() => assertConsistency(crypto, claim));
      if (!wantErr && !isHash) stricter.push(`${file} ${code}`);
      else assert.equal(code !== undefined, wantErr, `${file}: ${code}`);
    }
    assert.equal(cases.length, 98);
    assert.deepEqual(stricter, [
      "consistency/additional/sizes-are-equal-one-and-proof-is-empty.json log/consistency-hash",
    ]);
  },
);

interface SubtreeCase {
  file: string;
  start: string;
  end: string;
  wantErr: boolean;
}

// A subtree that starts at 0 is the whole tree of its end's size; the protocol has no others, and none of size 0.
test("subtree proofs of transparency-dev/merkle that start at 0 are proofs of ours", needsVectors, () => {
  const members = ["leafIdx", "start", "end", "size"];
  type Inclusion = SubtreeCase & Omit<InclusionCase, "treeSize">;
  const inclusions = readVectorsWithText<{ cases: Inclusion[] }>("merkle/subtree-inclusion.json", members);
  type Consistency = SubtreeCase & { size: string; root1: string; root2: string; proof: string[] | null };
  const consistencies = readVectorsWithText<{ cases: Consistency[] }>("merkle/subtree-consistency.json", members);
  const ours = { consistency: 0, inclusion: 0 };
  const stricter: string[] = [];
  for (const { end, file, leafHash, leafIdx, proof, root, start, wantErr } of inclusions.cases) {
    if (start !== "0") continue;
    const claim = {
      index: Number(leafIdx),
      leaf: hash(leafHash),
      path: path(proof),
      root: hash(root),
      size: Number(end),
    };
    assert.equal(codeOf(() => assertInclusion(crypto, claim)) !== undefined, wantErr, file);
    ours.inclusion++;
  }
  for (const { end, file, proof, root1, root2, size, start, wantErr } of consistencies.cases) {
    if (start !== "0") continue;
    const sizes = { from: Number(end), to: Number(size) };
    const claim = { ...sizes, fromRoot: hash(root1), path: path(proof), toRoot: hash(root2) };
    const code = codeOf(() => assertConsistency(crypto, claim));
    if (!wantErr && code !== undefined) stricter.push(`${file} ${code}`);
    else assert.equal(code !== undefined, wantErr, file);
    ours.consistency++;
  }
  assert.deepEqual(ours, { consistency: 102, inclusion: 101 });
  assert.deepEqual(stricter, [
    "subtreeconsistency/additional/sizes-are-equal-one-and-proof-is-empty.json log/consistency-hash",
    "subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-zero-subtree-root-valid-proof-is-empty.json log/consistency-range",
    "subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-zero-subtree-root-valid-tree-root-random-proof-is-empty.json log/consistency-range",
  ]);
});

test("the witness example's two checkpoints are consistent", needsVectors, () => {
  const { spec_example_consistency: example } = readVectors<{
    spec_example_consistency: { proof_hex: string[]; checkpoint_old: string; checkpoint_new: string };
  }>("witness/add-checkpoint.json");
  const [before, after] = [example.checkpoint_old, example.checkpoint_new].map((note) =>
    parseCheckpoint(parseNote(Buffer.from(note)).text),
  );
  assert.ok(before !== undefined && after !== undefined);
  assertConsistency(crypto, {
    from: before.size,
    to: after.size,
    fromRoot: before.root,
    toRoot: after.root,
    path: example.proof_hex.map(fromHex),
  });
});
