import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  assertBlock,
  assertContentSize,
  cidOf,
  type ContentPart,
  contentLimits,
  decodeRoot,
  openNode,
  rootPart,
} from "@firmament/core/cid";
import { anySize, digestOf, foldOfSize } from "./arbitrary.ts";
import { crypto } from "./crypto.ts";
import { refusesWith } from "./refuses-with.ts";

const MiB = contentLimits.pieceBytes;

function rootBlock(size: number): Buffer {
  return Buffer.from(foldOfSize(size).nodes[0]?.bytes ?? []);
}

function piecesOf(part: ContentPart, blocks: ReadonlyMap<string, Uint8Array>): readonly ContentPart[] {
  const block = blocks.get(cidOf(part));
  if (part.level === 0 || block === undefined) return [part];
  return openNode(crypto, part, block).flatMap((below) => piecesOf(below, blocks));
}

test("a CID with its nodes gives every piece with digest and size back", () => {
  fc.assert(
    fc.property(
      anySize.filter((size) => size > MiB),
      (size) => {
        const { cid, nodes } = foldOfSize(size);
        const pieces = piecesOf(rootPart(cid, size), new Map(nodes.map((node) => [node.cid, node.bytes])));
        assert.equal(pieces.length, Math.ceil(size / MiB));
        for (const [i, piece] of pieces.entries()) {
          assert.deepEqual(Buffer.from(piece.digest), digestOf(i));
          assert.equal(piece.size, Math.min(MiB, size - i * MiB));
        }
      },
    ),
    { numRuns: 20 },
  );
});

test("a root block says its size and its parts", () => {
  const small = decodeRoot(rootBlock(3 * MiB + 5));
  assert.equal(small.size, 3 * MiB + 5);
  assert.deepEqual(
    small.parts.map((part) => part.size),
    [MiB, MiB, MiB, 5],
  );
  const large = decodeRoot(rootBlock(1025 * MiB));
  assert.deepEqual(
    large.parts.map(({ level, size }) => ({ level, size })),
    [
      { level: 1, size: 1024 * MiB },
      { level: 1, size: MiB },
    ],
  );
});

test("no altered root block is one, wherever a byte is altered outside a digest", () => {
  const block = rootBlock(2 * MiB + 7);
  const { parts } = decodeRoot(block);
  fc.assert(
    fc.property(fc.nat(block.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const altered = Buffer.from(block);
      altered.writeUInt8(altered.readUInt8(at) ^ mask, at);
      if (parts.some(({ digest }) => at >= block.indexOf(digest) && at < block.indexOf(digest) + 32)) {
        assert.equal(decodeRoot(altered).parts.length, 3);
      } else {
        assert.throws(() => decodeRoot(altered), { name: "Refusal", code: /^cid\/(node|too-large)$/ });
      }
    }),
    { numRuns: 500 },
  );
});

test("any bytes are refused without harm", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.throws(() => decodeRoot(bytes), { name: "Refusal", code: /^cid\/(node|too-large)$/ });
    }),
  );
  refusesWith("cid/node", () => decodeRoot(Buffer.alloc(contentLimits.maxNodeBytes + 1, 0x12)));
  refusesWith("cid/node", () => decodeRoot(Buffer.alloc(contentLimits.maxNodeBytes, 0x12)));
  refusesWith("cid/node", () => decodeRoot(Buffer.concat([rootBlock(2 * MiB), Buffer.of(0)])));
  refusesWith("cid/node", () => decodeRoot(rootBlock(2 * MiB).subarray(0, -1)));
});

test("a size beyond the limit is refused before anything is made of it", () => {
  // An empty list of links, then UnixFS data with a file size of 2^49.
  refusesWith("cid/too-large", () => decodeRoot(Buffer.from("0a0b080218808080808080800120", "hex")));
});

test("the node of a last single piece is no root", () => {
  const last = foldOfSize(1024 * MiB + 1).nodes[2]?.bytes ?? new Uint8Array();
  refusesWith("cid/node", () => decodeRoot(last));
});

test("a node is opened only with its own bytes and size", () => {
  const { cid } = foldOfSize(2 * MiB);
  const part = rootPart(cid, 2 * MiB);
  refusesWith("cid/mismatch", () => openNode(crypto, part, rootBlock(2 * MiB + 1)));
  refusesWith("cid/node", () => openNode(crypto, { ...part, size: 2 * MiB - 1 }, rootBlock(2 * MiB)));
  refusesWith("cid/node", () => openNode(crypto, part, Buffer.alloc(contentLimits.maxNodeBytes + 1)));
  const piece = { level: 0 as const, digest: crypto.sha256(Buffer.of(1)), size: 1 };
  refusesWith("cid/node", () => openNode(crypto, piece, Buffer.of(1)));
});

test("a piece is its own bytes", () => {
  const piece = { level: 0 as const, digest: crypto.sha256(Buffer.of(1)), size: 1 };
  assertBlock(crypto, piece, Buffer.of(1));
  refusesWith("cid/mismatch", () => assertBlock(crypto, piece, Buffer.of(2)));
});

test("the size that is announced must fit the CID", () => {
  const { cid } = foldOfSize(2 * MiB);
  refusesWith("cid/size", () => rootPart(cid, MiB));
  refusesWith("cid/size", () => rootPart(foldOfSize(MiB).cid, MiB + 1));
  refusesWith("cid/size", () => rootPart(cid, -1));
  refusesWith("cid/size", () => rootPart(cid, 2.5));
  refusesWith("cid/too-large", () => assertContentSize(contentLimits.maxContentBytes + 1));
});
