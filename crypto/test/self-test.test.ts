import assert from "node:assert/strict";
import { constants, createPublicKey, verify } from "node:crypto";
import { test } from "node:test";
import { type Crypto, selfTest } from "@firmament/core/keys";
import { nodeCrypto } from "@firmament/crypto";

/** This platform, but for one answer: its `at`-th decision is turned around. */
function withOneWrongAnswer(at: number): Crypto & { readonly asked: () => number } {
  let asked = 0;
  return {
    ...nodeCrypto,
    asked: () => asked,
    verify: (...question) => nodeCrypto.verify(...question) !== (asked++ === at),
  };
}

test("this platform decides as the protocol does", () => {
  assert.equal(selfTest(nodeCrypto), undefined);
});

test("it takes at most 50 ms", () => {
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    selfTest(nodeCrypto);
    return performance.now() - start;
  });
  // The least of five: what other programs take from this machine is not the self test's time.
  assert.ok(Math.min(...times) <= 50, `${times.map(Math.round).join(", ")} ms`);
});

test("one other answer anywhere is found", () => {
  const all = withOneWrongAnswer(-1);
  selfTest(all);
  assert.ok(all.asked() >= 40);
  for (let at = 0; at < all.asked(); at++)
    assert.throws(() => selfTest(withOneWrongAnswer(at)), { name: "Error" }, `${at}`);
});

test("a platform that also accepts PSS, or that skips a leading zero of an RSA signature, is found", () => {
  const padded: Crypto = {
    ...nodeCrypto,
    verify: (algorithm, key, message, signature) => {
      if (nodeCrypto.verify(algorithm, key, message, signature)) return true;
      if (algorithm !== "RS384") return false;
      const object = createPublicKey({ format: "jwk", key: { ...key } });
      return verify("sha384", message, { key: object, padding: constants.RSA_PKCS1_PSS_PADDING }, signature);
    },
  };
  assert.throws(() => {
    selfTest(padded);
  }, /rs384-pss/);
  const strippedOnly: Crypto = {
    ...nodeCrypto,
    verify: (algorithm, key, message, signature) =>
      nodeCrypto.verify(algorithm, key, message, signature) && !(algorithm === "RS384" && signature[0] === 0),
  };
  assert.throws(() => {
    selfTest(strippedOnly);
  }, /rs384-zero-first-byte/);
});
