import assert from "node:assert/strict";
import { test } from "node:test";
import { FlashSimulator, isImageIntact } from "@firmament/device";
import { contentOf, offerOf } from "./support/images.ts";

const { image } = offerOf(20, 100_000);
const flash = new FlashSimulator({ size: 131_072, eraseSize: 4096 });
flash.write(0, contentOf("release-20", 100_000));

test("an image is intact where its size and both digests are right", () => {
  const other = offerOf(21, 100_000).image;
  assert.equal(isImageIntact(flash, image), true);
  assert.equal(isImageIntact(flash, { ...image, sha256: other.sha256 }), false);
  assert.equal(isImageIntact(flash, { ...image, sha384: other.sha384 }), false);
  assert.equal(isImageIntact(flash, { ...image, size: 99_999 }), false);
});

test("an image that exceeds its place is not intact", () => {
  assert.equal(isImageIntact(flash, { ...image, size: 131_073 }), false);
});
