import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { batchRoot, emptyJournal, entryHash, headAfter, nextEntry } from "@firmament/core/journal";
import { crypto, deviceKey } from "./support/device-key.ts";

const { signed } = deviceKey();
const sha256 = (...parts: readonly Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest();

test("a batch's root is the RFC 6962 root over the entries' hashes", () => {
  const first = nextEntry(emptyJournal("device-1"), { event: "one", time: 1 });
  const second = nextEntry(headAfter(crypto, first), { event: "two", time: 2 });
  const third = nextEntry(headAfter(crypto, second), { event: "three", time: 3 });
  const [a, b, c] = [first, second, third].map((entry) => sha256(Uint8Array.of(0), entryHash(crypto, entry)));
  assert.ok(a && b && c);
  const expected = sha256(Uint8Array.of(1), sha256(Uint8Array.of(1), a, b), c);
  assert.deepEqual(Buffer.from(batchRoot(crypto, [first, second, third].map(signed))), expected);
});

test("an empty batch's root is the hash of nothing", () => {
  assert.deepEqual(Buffer.from(batchRoot(crypto, [])), sha256());
});
