import assert from "node:assert/strict";
import { test } from "node:test";
import type { SignedEntry } from "@firmament/core/journal";
import { FlashSimulator, journalCellBytes, JournalStore, PowerCut } from "@firmament/device";

const eraseSize = 2 * journalCellBytes;
const signature = "A".repeat(86);

function entryOf(sequence: number): SignedEntry {
  return {
    entry: { device: "device-1", event: "event", previous: "A".repeat(43), sequence, time: sequence },
    signature,
  };
}

function storeOf(content?: Uint8Array) {
  const flash = new FlashSimulator({ size: 3 * eraseSize, eraseSize, ...(content && { content }) });
  return { flash, store: new JournalStore(flash) };
}

const sequencesOf = (store: JournalStore) => store.entries().map(({ entry }) => entry.sequence);

test("entries are kept in order, and the oldest block makes room", () => {
  const { store } = storeOf();
  for (let i = 0; i < 6; i++) store.append(entryOf(i));
  assert.deepEqual(sequencesOf(store), [0, 1, 2, 3, 4, 5]);
  store.append(entryOf(6));
  assert.deepEqual(sequencesOf(store), [2, 3, 4, 5, 6]);
  for (let i = 7; i < 100; i++) store.append(entryOf(i));
  assert.equal(sequencesOf(store).at(-1), 99);
  assert.ok(sequencesOf(store).length >= 4);
});

test("[S3-25] a cut while an entry is kept costs at most that entry and the block that made room", () => {
  for (let written = 0; written < 14; written++) {
    for (const operation of [0, 1]) {
      for (const tornBytes of [0, 1, 7, 100, 2048, 3000, 5000]) {
        const { flash, store } = storeOf();
        for (let i = 0; i < written; i++) store.append(entryOf(i));
        flash.powerOn();
        flash.cutPowerAt({ operation, tornBytes });
        try {
          store.append(entryOf(written));
        } catch (error) {
          assert.ok(error instanceof PowerCut);
        }
        flash.powerOn();
        const kept = sequencesOf(store);
        assert.deepEqual(
          kept,
          [...kept].sort((a, b) => a - b),
        );
        assert.ok((kept.at(-1) ?? -1) >= written - 1);
        const next = (kept.at(-1) ?? -1) + 1;
        for (let i = next; i < next + 3; i++) store.append(entryOf(i));
        const later = sequencesOf(store);
        assert.equal(later.at(-1), next + 2);
        assert.deepEqual(
          later,
          later.map((_, i) => next + 3 - later.length + i),
          "no hole in the middle",
        );
      }
    }
  }
});

test("a cell that holds no entry is skipped", () => {
  const { flash, store } = storeOf();
  flash.write(0, new Uint8Array(journalCellBytes));
  store.append(entryOf(0));
  assert.deepEqual(sequencesOf(store), [0]);
});
