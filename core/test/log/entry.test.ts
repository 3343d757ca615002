import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, fromUtf8, toBase64url, toHex, utf8 } from "@firmament/core/bytes";
import {
  decodeEntry,
  encodeEntry,
  entryHash,
  leafHash,
  ledgerId,
  originOfOrganisation,
  assertKeyName,
} from "@firmament/core/log";
import type { LogEntry } from "@firmament/core/log";
import { crypto } from "./support/node-crypto.ts";
import { assertRefuses } from "./support/refusals.ts";

const ledger = "registry.example/main/0123456789abcdef";
const digest = (byte: number): string => toBase64url(new Uint8Array(32).fill(byte));
const entry: LogEntry = {
  ledger,
  outcome: digest(1),
  root: digest(2),
  rules: 1,
  time: 1_790_000_000,
  transaction: digest(3),
  trust: 2,
};

test("an entry is canonical JSON with its members in order", () => {
  assert.equal(
    fromUtf8(encodeEntry(entry)),
    `{"ledger":"${ledger}","outcome":"${digest(1)}","root":"${digest(2)}","rules":1,"time":1790000000,` +
      `"transaction":"${digest(3)}","trust":2}`,
  );
});

test("decoding undoes encoding, and the leaf is the hash of the bytes", () => {
  const bytes = encodeEntry(entry);
  assert.deepEqual(decodeEntry(bytes), entry);
  assert.equal(toHex(entryHash(crypto, entry)), toHex(leafHash(crypto, bytes)));
});

test("an entry with the longest ledger id and the largest numbers is within the limit", () => {
  const id = `${"a".repeat(50)}/${"b".repeat(52)}/0123456789abcdef`;
  const largest = { ...entry, ledger: id, rules: 2 ** 53 - 1, time: 0xff_ffff_ffff, trust: 2 ** 53 - 1 };
  assert.equal(id.length, 120);
  assert.deepEqual(decodeEntry(encodeEntry(largest)), largest);
});

test("values outside the form are neither written nor read", () => {
  const wrong: Partial<LogEntry>[] = [
    { rules: 0 },
    { trust: 0 },
    { time: -1 },
    { outcome: "" },
    { root: toBase64url(new Uint8Array(31)) },
    { transaction: `${digest(3)}=` },
    { ledger: "registry.example" },
  ];
  for (const change of wrong) {
    assertRefuses("codec/value", () => encodeEntry({ ...entry, ...change }), JSON.stringify(change));
    assertRefuses("codec/value", () => decodeEntry(rewritten(change)), JSON.stringify(change));
  }
  assertRefuses("codec/number", () => encodeEntry({ ...entry, time: 0.5 }));
});

function rewritten(change: object): Uint8Array {
  const members = Object.entries({ ...entry, ...change }).sort(([a], [b]) => (a < b ? -1 : 1));
  return utf8(JSON.stringify(Object.fromEntries(members)));
}

test("another spelling, another member or a missing one is no entry", () => {
  const bytes = encodeEntry(entry);
  assertRefuses("codec/not-canonical", () => decodeEntry(concat(bytes, utf8("\n"))));
  assertRefuses("codec/not-canonical", () => decodeEntry(utf8(fromUtf8(bytes).replace('"rules":1,', '"rules":1.0,'))));
  assertRefuses("codec/not-canonical", () => decodeEntry(utf8(fromUtf8(bytes).replace("{", '{"ledger":"x",'))));
  assertRefuses("codec/unknown-member", () => decodeEntry(rewritten({ zone: 1 })));
  assertRefuses("codec/missing-member", () => decodeEntry(rewritten({ trust: undefined })));
  assertRefuses("codec/too-deep", () => decodeEntry(rewritten({ trust: [1] })));
  assertRefuses("codec/too-large", () => decodeEntry(new Uint8Array(513)));
});

test("a ledger id is domain, name and 16 digits", () => {
  assert.equal(ledgerId(ledger, "ledger"), ledger);
  const wrong = [
    "registry.example/main",
    "registry.example/main/0123456789ABCDEF",
    "registry.example/main/0123456789abcdef0",
    "Registry.example/main/0123456789abcdef",
    "/main/0123456789abcdef",
    "a/b/c/0123456789abcdef",
    `${ledger}\n`,
    `${"a".repeat(120)}/main/0123456789abcdef`,
  ];
  for (const id of wrong) assertRefuses("codec/value", () => ledgerId(id, "ledger"), id);
  assertRefuses("codec/type", () => ledgerId(7, "ledger"));
});

test("an organisation's origin is a key name below the ledger's", () => {
  const origin = originOfOrganisation(ledger, "b.example");
  assert.equal(origin, `${ledger}/b.example`);
  assertKeyName(origin);
  for (const organisation of ["", "a/b", "a b", "a+b", "a\n"]) {
    assertRefuses("codec/value", () => originOfOrganisation(ledger, organisation), organisation);
  }
  assertRefuses("codec/value", () => originOfOrganisation("registry.example", "b.example"));
});
