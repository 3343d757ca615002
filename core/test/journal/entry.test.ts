import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { toBase64url } from "@firmament/core/bytes";
import {
  decodeSignedEntry,
  emptyJournal,
  encodeSignedEntry,
  entryHash,
  headAfter,
  journalSigningInput,
  nextEntry,
} from "@firmament/core/journal";
import { crypto, deviceKey } from "./support/device-key.ts";

const fact = { event: "confirmed", time: 1_800_000_000, release: "release-1", versionBefore: "1", versionAfter: "2" };
const entry = nextEntry(emptyJournal("device-1"), fact);
const canonical =
  `{"device":"device-1","event":"confirmed","previous":"${"A".repeat(43)}","release":"release-1","sequence":0,` +
  `"time":1800000000,"versionAfter":"2","versionBefore":"1"}`;

test("an entry's hash is SHA-256 over the purpose and the canonical entry", () => {
  const expected = createHash("sha256").update(`firmament-journal/v1\n${canonical}`).digest();
  assert.deepEqual(Buffer.from(entryHash(crypto, entry)), expected);
});

test("[S2-10] the signature covers the previous entry's hash and the entry's own", () => {
  const input = Buffer.from(journalSigningInput(crypto, entry));
  const purpose = Buffer.from("firmament-journal-signature/v1\n");
  assert.deepEqual(input, Buffer.concat([purpose, Buffer.alloc(32), entryHash(crypto, entry)]));
});

test("[S2-9] the next entry holds the hash of the one before", () => {
  const head = headAfter(crypto, entry);
  const next = nextEntry(head, { event: "trial", time: 1 });
  assert.equal(next.previous, toBase64url(entryHash(crypto, entry)));
  assert.equal(next.sequence, 1);
});

test("a signed entry comes back from its bytes", () => {
  const signed = deviceKey().signed(entry);
  assert.deepEqual(decodeSignedEntry(encodeSignedEntry(signed)), signed);
});

test("an entry of another form is refused", () => {
  const signed = deviceKey().signed(entry);
  assert.throws(() => decodeSignedEntry(encodeSignedEntry({ ...signed, entry: { ...entry, device: "no spaces" } })), {
    code: "codec/value",
  });
  assert.throws(() => decodeSignedEntry(Buffer.from(`${Buffer.from(encodeSignedEntry(signed)).toString()} `)), {
    code: "codec/not-canonical",
  });
});
