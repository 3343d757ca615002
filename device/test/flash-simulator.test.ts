import assert from "node:assert/strict";
import { test } from "node:test";
import { FlashRegion, FlashSimulator, PowerCut } from "@firmament/device";

const make = () => new FlashSimulator({ size: 64, eraseSize: 16 });

test("a write clears bits and sets none, an erase sets all of one block", () => {
  const flash = make();
  flash.write(0, Uint8Array.of(0b1100));
  flash.write(0, Uint8Array.of(0b0101));
  assert.deepEqual(flash.read(0, 2), Uint8Array.of(0b0100, 0xff));
  flash.write(16, Uint8Array.of(0));
  flash.erase(0);
  assert.deepEqual(flash.read(0, 1), Uint8Array.of(0xff));
  assert.deepEqual(flash.read(16, 1), Uint8Array.of(0));
});

test("a cut leaves the chosen part of its operation done and the flash without power", () => {
  const flash = make();
  flash.cutPowerAt({ operation: 1, tornBytes: 2 });
  flash.write(0, Uint8Array.of(1, 1, 1));
  assert.throws(() => flash.write(4, Uint8Array.of(2, 2, 2)), PowerCut);
  assert.throws(() => flash.read(0, 1), PowerCut);
  flash.powerOn();
  assert.deepEqual(flash.read(0, 8), Uint8Array.of(1, 1, 1, 0xff, 2, 2, 0xff, 0xff));
});

test("an erase is torn as well", () => {
  const flash = make();
  flash.write(0, new Uint8Array(16));
  flash.cutPowerAt({ operation: 1, tornBytes: 4 });
  assert.throws(() => flash.erase(0), PowerCut);
  flash.powerOn();
  assert.deepEqual(flash.read(2, 4), Uint8Array.of(0xff, 0xff, 0, 0));
});

test("changes are told with what the flash then holds", () => {
  const told: [number, number[]][] = [];
  const onChange = (offset: number, bytes: Uint8Array) => void told.push([offset, [...bytes]]);
  const flash = new FlashSimulator({ size: 4, eraseSize: 2, content: Uint8Array.of(1, 2, 3, 4), onChange });
  flash.write(0, Uint8Array.of(3, 6));
  flash.flipBit(3, 0);
  flash.erase(2);
  assert.deepEqual(told, [
    [0, [1, 2]],
    [3, [5]],
    [2, [0xff, 0xff]],
  ]);
});

test("an access outside the flash or a region is a fault", () => {
  const flash = make();
  const region = new FlashRegion(flash, { offset: 16, size: 32 });
  for (const access of [
    () => flash.read(60, 5),
    () => flash.write(-1, Uint8Array.of(0)),
    () => flash.erase(8),
    () => region.read(31, 2),
    () => region.write(32, Uint8Array.of(0)),
    () => new FlashRegion(flash, { offset: 8, size: 16 }),
    () => new FlashRegion(flash, { offset: 48, size: 32 }),
  ]) {
    assert.throws(access, RangeError);
  }
  assert.equal(flash.operations, 0);
});
