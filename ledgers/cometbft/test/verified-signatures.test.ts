import assert from "node:assert/strict";
import { it } from "node:test";
import { utf8 } from "@firmament/core/bytes";
import type { Crypto } from "@firmament/core/keys";
import { generateKey, nodeCrypto, softwareSigner } from "@firmament/crypto";
import { rememberingSignatures } from "../src/verified-signatures.ts";

it("a true signature is checked once, and nothing else is ever taken for it", async () => {
  let checks = 0;
  const counting: Crypto = {
    ...nodeCrypto,
    verify: (...parts) => {
      checks++;
      return nodeCrypto.verify(...parts);
    },
  };
  const crypto = rememberingSignatures(counting);
  const [one, other] = [softwareSigner(await generateKey("EdDSA")), softwareSigner(await generateKey("EdDSA"))];
  const message = utf8("a message");
  const signature = await one.sign(message);
  assert.ok(crypto.verify("EdDSA", one.key, message, signature));
  assert.ok(crypto.verify("EdDSA", one.key, message, signature));
  assert.equal(checks, 1);
  const altered = signature.with(40, (signature[40] ?? 0) ^ 1);
  for (let i = 0; i < 2; i++) {
    assert.ok(!crypto.verify("EdDSA", other.key, message, signature));
    assert.ok(!crypto.verify("EdDSA", one.key, utf8("a massage"), signature));
    assert.ok(!crypto.verify("EdDSA", one.key, message, altered));
    assert.ok(!crypto.verify("EdDSA", one.key, message.slice(1), new Uint8Array([0x61, ...signature])));
  }
  assert.equal(checks, 9);
});
