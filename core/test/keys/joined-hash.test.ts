import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { concat } from "@firmament/core/bytes";
import { joinedSha256 } from "@firmament/core/keys";
import { nodeCrypto } from "@firmament/crypto";

const parts = fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 4 });

test("parts hash to what their joined bytes hash to, whatever was hashed before", () => {
  fc.assert(
    fc.property(parts, (found) => {
      assert.deepEqual(joinedSha256(nodeCrypto, ...found), nodeCrypto.sha256(concat(...found)));
    }),
  );
});

test("a port that hashes other parts first, or fails, spoils nothing", () => {
  const [one, other] = [new Uint8Array(40).fill(1), new Uint8Array(50).fill(2)];
  const nested = {
    sha256(bytes: Uint8Array) {
      joinedSha256(nodeCrypto, other, one);
      return nodeCrypto.sha256(bytes);
    },
  };
  assert.deepEqual(joinedSha256(nested, one, other), nodeCrypto.sha256(concat(one, other)));
  const broken = {
    sha256(): never {
      throw new Error("broken");
    },
  };
  assert.throws(() => joinedSha256(broken, one), /broken/);
  assert.deepEqual(joinedSha256(nested, one), nodeCrypto.sha256(one));
});
