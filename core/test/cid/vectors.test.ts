import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { ContentFold } from "@firmament/core/cid";
import { crypto, keystream } from "./crypto.ts";

const file = new URL("../../../../shared/vectors/cid/unixfs-v1-2025.json", import.meta.url);
const skip = existsSync(file) ? false : "the vectors of Kubo are not beside the repository";

interface Vector {
  readonly name: string;
  readonly size: number;
  readonly cid: string;
  readonly content?: string;
  readonly seed?: string;
}

interface Leaf {
  readonly digest: Uint8Array;
  readonly size: number;
}

const { files } = (skip === false ? JSON.parse(readFileSync(file, "utf8")) : { files: [] }) as {
  files: readonly Vector[];
};

// Each seed's content is hashed once, in the longest of its vectors: the others are beginnings of it.
const leavesOfSeed = new Map<string, readonly Leaf[]>();

function leavesOf(seed: string): readonly Leaf[] {
  const known = leavesOfSeed.get(seed);
  if (known !== undefined) return known;
  const size = Math.max(...files.filter((vector) => vector.seed === seed).map((vector) => vector.size));
  const leaves: Leaf[] = [];
  for (const piece of keystream(seed, size)) leaves.push({ digest: crypto.sha256(piece), size: piece.length });
  leavesOfSeed.set(seed, leaves);
  return leaves;
}

function foldOf(vector: Vector): ContentFold {
  const fold = new ContentFold(crypto);
  if (vector.seed === undefined) {
    fold.addPiece(Buffer.from(vector.content ?? ""));
    return fold;
  }
  for (const leaf of leavesOf(vector.seed)) {
    if (fold.size + leaf.size <= vector.size) fold.addDigest(leaf.digest, leaf.size);
  }
  return fold;
}

describe("CIDs of Kubo for profile unixfs-v1-2025", { skip }, () => {
  for (const vector of files) {
    it(vector.name, () => {
      const { cid, size } = foldOf(vector).finish();
      assert.equal(size, vector.size);
      assert.equal(cid, vector.cid);
    });
  }

  it("are all there", () => {
    assert.equal(files.length, 5);
  });
});
