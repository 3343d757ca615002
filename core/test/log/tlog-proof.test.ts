import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fromHex, fromUtf8, toBase64, toHex, utf8 } from "@firmament/core/bytes";
import {
  assertInclusion,
  formatTlogProof,
  leafHash,
  openNote,
  parseCheckpoint,
  parseNote,
  parseTlogProof,
  parseVkey,
  tlogProofLimits,
} from "@firmament/core/log";
import { crypto } from "./support/node-crypto.ts";
import { assertRefuses, codeOf } from "./support/refusals.ts";
import { needsVectors, readVectors } from "./support/vectors.ts";

interface ProofVectors {
  marshal_expr: { index: number; hash_preimages: string[]; checkpoint: string; extra_utf8?: string; want: string }[];
  reject: { text?: string; why: string }[];
}

interface SumdbProof {
  vkey: string;
  leaf_hash_hex: string;
  leaf_utf8: string;
  tlog_proof: string;
}

const file = "checkpoint/tlog-proof.json";
const sha256 = (text: string): Uint8Array => crypto.sha256(utf8(text));
const hash = sha256("any");
const head = "c2sp.org/tlog-proof@v1";

test("3 proofs are written as transparency-dev/formats writes them, and read back", needsVectors, () => {
  const { marshal_expr: vectors } = readVectors<ProofVectors>(file);
  for (const { index, hash_preimages: preimages, checkpoint, extra_utf8: extra, want } of vectors) {
    const filled = want
      .replace("<b64 h1>", toBase64(sha256("hash1")))
      .replace("<b64 h2>", toBase64(sha256("hash2")))
      .replace("<b64 extra>", toBase64(utf8(extra ?? "")));
    const path = preimages.map(sha256);
    const proof = { index, path, checkpoint: utf8(checkpoint), ...(extra === undefined ? {} : { extra: utf8(extra) }) };
    const bytes = formatTlogProof(proof);
    assert.equal(fromUtf8(bytes), filled);
    assert.deepEqual(formatTlogProof(parseTlogProof(bytes)), bytes);
  }
  assert.equal(vectors.length, 3);
});

test("8 malformed proofs are refused", needsVectors, () => {
  const { reject } = readVectors<ProofVectors>(file);
  for (const { text, why } of reject) {
    // The case without a text is a line of 66,560 characters.
    const bytes = utf8(text ?? `${head}\nindex 0\n${"a".repeat(66_560)}\n`);
    assert.match(codeOf(() => parseTlogProof(bytes)) ?? "accepted", /^(?:log\/proof-form|bytes\/base64)$/, why);
  }
  assert.equal(reject.length, 8);
});

test("[S2-43] a real proof shows one module among 58,253,265 of the Go checksum database", needsVectors, () => {
  const vector = readVectors<SumdbProof>("checkpoint/sumdb-43930254.tlog-proof.json");
  const proof = parseTlogProof(utf8(vector.tlog_proof));
  const note = parseNote(proof.checkpoint);
  openNote(crypto, note, [parseVkey(crypto, vector.vkey)]);
  const { origin, size, root } = parseCheckpoint(note.text);
  const leaf = leafHash(crypto, utf8(vector.leaf_utf8));
  assert.equal(toHex(leaf), toHex(fromHex(vector.leaf_hash_hex)));
  assert.equal(origin, "go.sum database tree");
  assertInclusion(crypto, { index: proof.index, size, leaf, path: proof.path, root });
  assert.equal(fromUtf8(formatTlogProof(proof)), vector.tlog_proof);
});

test("parsing undoes formatting", () => {
  const anyHash = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const anyProof = fc.record(
    {
      index: fc.maxSafeNat(),
      path: fc.array(anyHash, { maxLength: tlogProofLimits.maxHashes }),
      checkpoint: fc.uint8Array(),
      extra: fc.uint8Array(),
    },
    { requiredKeys: ["index", "path", "checkpoint"] },
  );
  fc.assert(fc.property(anyProof, (proof) => assert.deepEqual(parseTlogProof(formatTlogProof(proof)), { ...proof })));
});

test("each rule of a proof file has its refusal", () => {
  const malformed = [
    "",
    `${head}\n`,
    `${head}\nindex 0\n`,
    `${head} \nindex 0\n\n`,
    `${head}\r\nindex 0\r\n\r\n`,
    `${head}\nindex 05\n\n`,
    `${head}\nindex  5\n\n`,
    `${head}\nindex 9007199254740992\n\n`,
    `${head}\nindex 0\nindex 0\n\n`,
    `${head}\nextra AA==\nextra AA==\nindex 0\n\n`,
    `${head}\nindex 0\nextra AA==\n\n`,
    `${head}\nindex 0\n${toBase64(hash.subarray(1))}\n\n`,
  ];
  for (const text of malformed) {
    assert.match(codeOf(() => parseTlogProof(utf8(text))) ?? "accepted", /^(?:log\/proof-form|bytes\/base64)$/, text);
  }
  assertRefuses("log/proof-form", () => parseTlogProof(utf8("")));
  assertRefuses("bytes/utf8", () => parseTlogProof(Uint8Array.of(0xff, 0x0a, 0x0a)));
});

test("a proof beyond its limits is refused", () => {
  const { maxBytes, maxHashes } = tlogProofLimits;
  const tooMany = `${toBase64(hash)}\n`.repeat(maxHashes + 1);
  assertRefuses("log/proof-size", () => parseTlogProof(new Uint8Array(maxBytes + 1)));
  assertRefuses("log/proof-size", () => parseTlogProof(utf8(`${head}\nindex 0\n${tooMany}\n`)));
  const path = Array.from({ length: maxHashes + 1 }, () => hash);
  assertRefuses("log/proof-size", () => formatTlogProof({ index: 0, path, checkpoint: hash }));
});

test("what no parser accepts is not written", () => {
  assertRefuses("log/proof-form", () => formatTlogProof({ index: -1, path: [], checkpoint: hash }));
  assertRefuses("log/proof-form", () => formatTlogProof({ index: 0, path: [hash.subarray(1)], checkpoint: hash }));
});
