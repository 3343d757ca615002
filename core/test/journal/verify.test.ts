import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  emptyJournal,
  headAfter,
  type JournalHead,
  nextEntry,
  type SignedEntry,
  verifyJournal,
} from "@firmament/core/journal";
import { crypto, deviceKey } from "./support/device-key.ts";

const { key, signed } = deviceKey();
const start = emptyJournal("device-1");

function journalOf(length: number, from: JournalHead = start, events = "event"): SignedEntry[] {
  const entries: SignedEntry[] = [];
  for (let head = from; entries.length < length;) {
    const entry = nextEntry(head, { event: `${events}-${entries.length}`, time: 100 + entries.length });
    entries.push(signed(entry));
    head = headAfter(crypto, entry);
  }
  return entries;
}

function verdictOf(entries: readonly SignedEntry[], head = start): readonly [number, string] | "holds" {
  const verdict = verifyJournal(crypto, { key, head }, entries);
  return "head" in verdict ? "holds" : [verdict.at, verdict.refusal.code];
}

const journal = journalOf(6);
const position = fc.integer({ min: 0, max: journal.length - 1 });

test("[S2-9] a whole journal holds, in one batch or in several", () => {
  const whole = verifyJournal(crypto, { key, head: start }, journal);
  assert.ok("head" in whole);
  assert.equal(whole.head.size, 6);
  const first = verifyJournal(crypto, { key, head: start }, journal.slice(0, 2));
  assert.ok("head" in first);
  assert.deepEqual(verifyJournal(crypto, { key, head: first.head }, journal.slice(2)), whole);
});

test("[S2-9] an altered entry is located", () => {
  fc.assert(
    fc.property(position, (at) => {
      const altered = journal.map((each, i) =>
        i === at ? { ...each, entry: { ...each.entry, status: "altered" } } : each,
      );
      assert.deepEqual(verdictOf(altered), [at, "journal/signature"]);
    }),
  );
});

test("[S2-9] a dropped entry is located", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: journal.length - 2 }), (at) => {
      assert.deepEqual(verdictOf(journal.toSpliced(at, 1)), [at, "journal/gap"]);
    }),
  );
});

test("[S2-9] the first of two entries that changed places is located", () => {
  fc.assert(
    fc.property(position, position, (one, other) => {
      fc.pre(one !== other);
      const places: Record<number, number> = { [one]: other, [other]: one };
      const moved = journal.map((each, i) => journal[places[i] ?? i] ?? each);
      assert.deepEqual(verdictOf(moved), [Math.min(one, other), "journal/gap"]);
    }),
  );
});

test("[S2-10] an entry that the device itself signed anew is located by the one behind it", () => {
  const [entry] = journalOf(1, { ...start }, "other");
  assert.ok(entry !== undefined);
  assert.deepEqual(verdictOf([entry, ...journal.slice(1)]), [0, "journal/link"]);
  const third = journal[2];
  assert.ok(third !== undefined);
  const replaced = journal.with(2, signed({ ...third.entry, status: "rewritten" }));
  assert.deepEqual(verdictOf(replaced), [2, "journal/link"]);
});

test("[S2-10] a signature does not serve under another previous hash", () => {
  const [, second] = journal;
  assert.ok(second !== undefined);
  const moved = { ...second, entry: { ...second.entry, previous: start.hash } };
  assert.deepEqual(verdictOf(journal.with(1, moved)), [1, "journal/signature"]);
});

test("another device's journal and another device's key are refused", () => {
  assert.deepEqual(verdictOf(journalOf(1, emptyJournal("device-2"))), [0, "journal/device"]);
  const entry = journal[0]?.entry;
  assert.ok(entry !== undefined);
  assert.deepEqual(verdictOf([deviceKey().signed(entry)]), [0, "journal/signature"]);
});

test("a journal that does not follow the trusted head is refused", () => {
  const fork = journalOf(2, start, "fork");
  const last = fork[1];
  assert.ok(last !== undefined);
  const head = headAfter(crypto, last.entry);
  assert.deepEqual(verdictOf(journal.slice(2), head), [0, "journal/link"]);
});
