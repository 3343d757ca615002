import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { asCid, cidBytes, cidText, formatCid, parseCid } from "@firmament/core/cid";
import { Refusal } from "@firmament/core/errors";
import { toBase32 } from "../../src/cid/base32.ts";
import { refusesWith } from "./refuses-with.ts";

const raw = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
const node = "bafybeigmix7t42i6jacydtquhet7srwvgpizfg7gjbq7627d35mjomtu64";
const digest = new Uint8Array(32).fill(7);

const written = (...bytes: number[]): string => `b${toBase32(Uint8Array.from([...bytes, ...digest]))}`;

test("a CID says codec and digest", () => {
  assert.equal(parseCid(raw).codec, "raw");
  assert.equal(parseCid(node).codec, "dag-pb");
  assert.equal(
    Buffer.from(parseCid(raw).digest).toString("hex"),
    "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9",
  );
});

test("text and parts are the same thing", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("raw" as const, "dag-pb" as const),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      (codec, hash) => {
        const text = formatCid({ codec, digest: hash });
        assert.equal(text.length, 59);
        assert.deepEqual(parseCid(text), { codec, digest: hash });
        assert.equal(asCid(text), text);
        assert.equal(cidBytes({ codec, digest: hash }).length, 36);
      },
    ),
  );
});

test("no text but the canonical one is a CID", () => {
  fc.assert(
    fc.property(fc.nat(58), fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 1 }), (at, character) => {
      const text = raw.slice(0, at) + character + raw.slice(at + 1);
      try {
        assert.equal(formatCid(parseCid(text)), text);
      } catch (error) {
        assert.ok(error instanceof Refusal && error.code.startsWith("cid/"));
      }
    }),
  );
  for (const text of [
    "",
    "b",
    raw.toUpperCase(),
    `B${raw.slice(1)}`,
    `z${raw.slice(1)}`,
    `${raw}a`,
    `${raw}=`,
    ` ${raw}`,
    `${raw}\n`,
  ]) {
    refusesWith(text === "b" ? "cid/version" : "cid/text", () => parseCid(text));
  }
  refusesWith("cid/text", () => parseCid("QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn"));
  refusesWith("cid/text", () => parseCid("../../../etc/passwd"));
  refusesWith("cid/text", () => parseCid(`b${"a".repeat(500_000)}`));
});

test("unused bits of the last character must be zero", () => {
  for (const last of "fgh") refusesWith("cid/text", () => parseCid(raw.slice(0, -1) + last));
});

test("other versions, codecs and hash functions are refused by name", () => {
  refusesWith("cid/version", () => parseCid(written(0x02, 0x55, 0x12, 0x20)));
  refusesWith("cid/version", () => parseCid(written(0x12, 0x20)));
  refusesWith("cid/codec", () => parseCid(written(0x01, 0x71, 0x12, 0x20)));
  refusesWith("cid/hash", () => parseCid(written(0x01, 0x55, 0x1e, 0x20)));
  refusesWith("cid/hash", () => parseCid(written(0x01, 0x55, 0x12, 0x21)));
  refusesWith("cid/hash", () => parseCid(written(0x01, 0x55, 0x13, 0x40, ...digest)));
  refusesWith("cid/hash", () => parseCid(`b${toBase32(Uint8Array.of(1, 0x55, 0x12, 0x20, 1, 2))}`));
});

test("a member of a document is a CID or refused", () => {
  assert.equal(cidText(raw, "$.stored.cid"), raw);
  refusesWith("codec/type", () => cidText(7, "$.stored.cid"));
  refusesWith("codec/value", () => cidText("", "$.stored.cid"));
  refusesWith("cid/text", () => cidText("Qm", "$.stored.cid"));
});
