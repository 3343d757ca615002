import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ContentFold, contentLimits, parseCid } from "@firmament/core/cid";
import { refusesWith } from "./refuses-with.ts";
import { anySize, digestOf, foldOfSize } from "./arbitrary.ts";
import { crypto, keystream } from "./crypto.ts";

const MiB = contentLimits.pieceBytes;

test("empty content is one empty raw block", () => {
  const { cid, size, nodes } = new ContentFold(crypto).finish();
  assert.equal(cid, "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku");
  assert.equal(size, 0);
  assert.deepEqual(nodes, []);
});

test("content of one piece is a raw block, content of two has a root", () => {
  assert.equal(parseCid(foldOfSize(MiB).cid).codec, "raw");
  assert.equal(parseCid(foldOfSize(MiB + 1).cid).codec, "dag-pb");
  assert.equal(foldOfSize(MiB + 1).nodes.length, 1);
});

test("1024 pieces are one node; one piece more makes two and a root above them", () => {
  assert.equal(foldOfSize(1024 * MiB).nodes.length, 1);
  const { cid, nodes } = foldOfSize(1024 * MiB + 1);
  assert.equal(nodes.length, 3);
  assert.equal(nodes[0]?.cid, cid);
  assert.equal(nodes[1]?.cid, foldOfSize(1024 * MiB).cid);
});

test("each node hashes to its CID and stays within its limit", () => {
  fc.assert(
    fc.property(anySize, (size) => {
      for (const { cid, bytes } of foldOfSize(size).nodes) {
        assert.deepEqual(Buffer.from(parseCid(cid).digest), crypto.sha256(bytes));
        assert.ok(bytes.length <= contentLimits.maxNodeBytes);
      }
    }),
    { numRuns: 20 },
  );
});

test("[S4-14] one changed bit anywhere gives another CID", () => {
  const pieces = [...keystream("bit", 3 * MiB - 5)].map((bytes) => Buffer.from(bytes));
  const cidNow = (): string => {
    const fold = new ContentFold(crypto);
    for (const piece of pieces) fold.addPiece(piece);
    return fold.finish().cid;
  };
  const cid = cidNow();
  fc.assert(
    fc.property(fc.nat(3 * MiB - 6), fc.nat(7), (at, bit) => {
      const piece = pieces[Math.floor(at / MiB)] ?? Buffer.alloc(0);
      const before = piece.readUInt8(at % MiB);
      piece.writeUInt8(before ^ (1 << bit), at % MiB);
      assert.notEqual(cidNow(), cid);
      piece.writeUInt8(before, at % MiB);
      assert.equal(cidNow(), cid);
    }),
    { numRuns: 15 },
  );
});

test("a piece and its digest are the same to the fold, and ending twice changes nothing", () => {
  const [one, two] = [new ContentFold(crypto), new ContentFold(crypto)];
  for (const piece of keystream("same", MiB + 9)) {
    one.addPiece(piece);
    two.addDigest(crypto.sha256(piece), piece.length);
  }
  assert.deepEqual(one.finish(), two.finish());
  assert.deepEqual(one.finish(), two.finish());
});

test("content above the limit is refused", () => {
  const fold = new ContentFold(crypto);
  const digest = digestOf(0);
  for (let size = 0; size < contentLimits.maxContentBytes; size += MiB) fold.addDigest(digest, MiB);
  refusesWith("cid/too-large", () => fold.addDigest(digest, 1));
  const kept = fold.finish().nodes.reduce((sum, node) => sum + node.bytes.length, 0);
  assert.ok(kept < 4 * MiB);
});

test("a piece that cannot follow is a fault of the caller", () => {
  const fold = new ContentFold(crypto);
  assert.throws(() => fold.addDigest(digestOf(0), MiB + 1), RangeError);
  assert.throws(() => fold.addDigest(digestOf(0), 0), RangeError);
  fold.addDigest(digestOf(0), MiB - 1);
  assert.throws(() => fold.addDigest(digestOf(1), 1), RangeError);
});
