import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { type Algorithm, algorithmOf, keyId, verifySignature } from "@firmament/core/keys";
import { generateKey, nodeCrypto, publicPart, softwareSigner } from "@firmament/crypto";
import fc from "fast-check";

const algorithms: readonly Algorithm[] = ["ES256", "EdDSA", "RS384"];

for (const algorithm of algorithms) {
  test(`${algorithm}: what it signs satisfies the protocol's own equation, and nothing else does`, async () => {
    const signer = softwareSigner(await generateKey(algorithm));
    const runs = { numRuns: algorithm === "RS384" ? 20 : 100 };
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), fc.nat(), async (message, at) => {
        const signature = await signer.sign(message);
        assert.equal(verifySignature(nodeCrypto, signer.key, message, signature), true);
        assert.equal(verifySignature(nodeCrypto, signer.key, Buffer.concat([message, Buffer.of(0)]), signature), false);
        const altered = signature.map((byte, i) => (i === at % signature.length ? byte ^ 1 : byte));
        assert.equal(verifySignature(nodeCrypto, signer.key, message, altered), false);
      }),
      runs,
    );
  });

  test(`${algorithm}: a signer names its key and shows nothing of its secret`, async () => {
    const key = await generateKey(algorithm);
    const signer = softwareSigner(key);
    assert.deepEqual(signer.key, publicPart(key));
    assert.equal(signer.algorithm, algorithmOf(signer.key));
    assert.equal(signer.kid, keyId(nodeCrypto, signer.key));
    const shown = inspect(signer, { depth: null, showHidden: true }) + JSON.stringify(signer);
    assert.ok(!shown.includes(key.d));
  });
}
