import assert from "node:assert/strict";
import { test } from "node:test";
import { FlashSimulator, PowerCut, RecordStore } from "@firmament/device";

const text = (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : Buffer.from(bytes).toString());
const bytes = (value: string) => Buffer.from(value);

function storeOf(content?: Uint8Array) {
  const flash = new FlashSimulator({ size: 128, eraseSize: 32, ...(content && { content }) });
  return { flash, store: new RecordStore(flash) };
}

test("the record is what was written last", () => {
  const { store } = storeOf();
  assert.equal(store.read(), undefined);
  for (const value of ["one", "two", "a longer third record, of two blocks", "4"]) {
    store.write(bytes(value));
    assert.equal(text(store.read()), value);
  }
});

test("the same record again costs no flash operation", () => {
  const { flash, store } = storeOf();
  store.write(bytes("one"));
  const before = flash.operations;
  store.write(bytes("one"));
  assert.equal(flash.operations, before);
});

test("[S3-25] a cut at any byte of any operation keeps the old record or has the new one", () => {
  const { flash, store } = storeOf();
  store.write(bytes("zero"));
  store.write(bytes("the first record"));
  const content = flash.content;
  for (let operation = 0; operation < 6; operation++) {
    for (let tornBytes = 0; tornBytes <= 42; tornBytes++) {
      const torn = storeOf(content);
      torn.flash.cutPowerAt({ operation, tornBytes });
      let isCut = false;
      try {
        torn.store.write(bytes("the second, and more"));
      } catch (error) {
        assert.ok(error instanceof PowerCut);
        isCut = true;
      }
      torn.flash.powerOn();
      const isWhole = !isCut || text(torn.store.read()) === "the second, and more";
      assert.equal(text(torn.store.read()), isWhole ? "the second, and more" : "the first record");
      torn.store.write(bytes("after"));
      assert.equal(text(torn.store.read()), "after");
    }
  }
});

test("[S3-25] any flipped bit leaves the record, and a repair leaves no trace of it", () => {
  const { flash, store } = storeOf();
  store.write(bytes("before"));
  store.write(bytes("now"));
  for (let bit = 0; bit < 8 * 128; bit++) {
    const flipped = storeOf(flash.content);
    flipped.flash.flipBit(bit >> 3, bit & 7);
    assert.equal(text(flipped.store.read()), "now");
    flipped.store.repair();
    flipped.flash.flipBit((bit >> 3) ^ 64, bit & 7);
    assert.equal(text(flipped.store.read()), "now");
    assert.equal(flipped.store.isLost, false);
  }
});

test("a record with both copies damaged is lost; one that was never whole is not", () => {
  const { flash, store } = storeOf();
  assert.equal(store.isLost, false);
  flash.cutPowerAt({ operation: 1, tornBytes: 9 });
  assert.throws(() => store.write(bytes("never whole")), PowerCut);
  flash.powerOn();
  assert.deepEqual([store.isLost, store.read()], [false, undefined]);
  store.write(bytes("whole"));
  flash.flipBit(20, 0);
  flash.flipBit(84, 0);
  assert.deepEqual([store.isLost, store.read()], [true, undefined]);
  store.write(bytes("again"));
  assert.deepEqual([store.isLost, text(store.read())], [false, "again"]);
});

test("a record that exceeds its copy is a fault, and the old one stays", () => {
  const { store } = storeOf();
  store.write(bytes("one"));
  assert.throws(() => store.write(new Uint8Array(45)), RangeError);
  assert.equal(text(store.read()), "one");
});
