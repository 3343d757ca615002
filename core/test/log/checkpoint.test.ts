import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toBase64, utf8 } from "@firmament/core/bytes";
import { formatCheckpoint, leafHash, parseCheckpoint } from "@firmament/core/log";
import { crypto } from "./support/node-crypto.ts";
import { assertRefuses, codeOf } from "./support/refusals.ts";
import { needsVectors, readVectors } from "./support/vectors.ts";

interface CheckpointVectors {
  cases: { desc: string; text: string; valid: boolean; strict?: boolean }[];
}

const origin = "registry.example/main/0123456789abcdef";
const root = new Uint8Array(32).fill(0xfe);
const base64 = toBase64(root);

test("14 checkpoints: Go's verdict, but stricter on roots and extension lines", needsVectors, () => {
  const { cases } = readVectors<CheckpointVectors>("checkpoint/checkpoints.json");
  for (const { desc, text, valid, strict } of cases) {
    const code = codeOf(() => parseCheckpoint(text));
    assert.equal(code === undefined, strict ?? valid, `${desc}: ${code}`);
    if (code === undefined) assert.equal(formatCheckpoint(parseCheckpoint(text)), text);
  }
  assert.equal(cases.length, 14);
});

test("Go's example has the root of its one entry", needsVectors, () => {
  const { cases } = readVectors<CheckpointVectors>("checkpoint/checkpoints.json");
  const text = cases.find(({ desc }) => desc === "go sumdb tree")?.text ?? "";
  const parsed = parseCheckpoint(text);
  assert.equal(parsed.size, 123_456_789_012);
  assert.equal(toBase64(parsed.root), toBase64(leafHash(crypto, utf8("hello world"))));
});

test("parsing undoes formatting at every size", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.uint8Array({ minLength: 32, maxLength: 32 }), (size, hash) => {
      assert.deepEqual(parseCheckpoint(formatCheckpoint({ origin, size, root: hash })), { origin, size, root: hash });
    }),
  );
});

test("each rule of a checkpoint has its refusal", () => {
  for (const text of [
    "",
    origin,
    `${origin}\n5\n${base64}`,
    `${origin}\n5\n${base64}\nextension\n`,
    `${origin}\n5\n${base64}\n\n`,
  ]) {
    assertRefuses("log/checkpoint-form", () => parseCheckpoint(text), text);
  }
  for (const size of ["", "05", "+5", "-1", "5 ", "5.0", "1e3", "0x5", "9007199254740992", "99999999999999999999"]) {
    assertRefuses("log/checkpoint-size", () => parseCheckpoint(`${origin}\n${size}\n${base64}\n`), size);
  }
  assertRefuses("log/checkpoint-origin", () => parseCheckpoint(`\n5\n${base64}\n`));
  assertRefuses("log/checkpoint-origin", () => parseCheckpoint(`a\tb\n5\n${base64}\n`));
  assertRefuses("log/checkpoint-root", () => parseCheckpoint(`${origin}\n5\n${toBase64(root.subarray(1))}\n`));
});

test("a root has one spelling", () => {
  const spellings = [base64.replace("4=", "5="), base64.replace("=", ""), base64.replaceAll("/", "_"), ` ${base64}`];
  for (const spelling of spellings) {
    assertRefuses("bytes/base64", () => parseCheckpoint(`${origin}\n5\n${spelling}\n`), spelling);
  }
});

test("what no parser accepts is not written", () => {
  assertRefuses("log/checkpoint-origin", () => formatCheckpoint({ origin: "two\nlines", size: 5, root }));
  assertRefuses("log/checkpoint-size", () => formatCheckpoint({ origin, size: 2 ** 53, root }));
  assertRefuses("log/checkpoint-root", () => formatCheckpoint({ origin, size: 5, root: root.subarray(1) }));
});
