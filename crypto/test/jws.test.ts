import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBase64url, toBase64url, utf8 } from "@firmament/core/bytes";
import { canonicalBytes } from "@firmament/core/codec";
import {
  flattenedJws,
  type FlattenedJws,
  generalJws,
  parseHeader,
  type Purpose,
  requireJws,
  signingInput,
  unsignedJws,
} from "@firmament/core/jws";
import { type Algorithm, keyId, type Signer } from "@firmament/core/keys";
import { generateKey, nodeCrypto, publicPart, softwareSigner } from "@firmament/crypto";
import { FlattenedSign, flattenedVerify, GeneralSign, generalVerify, importJWK } from "jose";
import { assertRefuses } from "./support/refusals.ts";

const algorithms: readonly Algorithm[] = ["ES256", "EdDSA", "RS384"];
const keys = await Promise.all(algorithms.map(async (algorithm) => generateKey(algorithm)));
const signers = keys.map(softwareSigner);

const purpose = { typ: "firmament-tx+json", ledger: "example.org/registry/0123456789abcdef" };
const trust = { typ: "firmament-trust+json" };
const payload = canonicalBytes({ body: {}, expires: 5, type: "tick" });
const limits = { maxPayloadBytes: 1024, maxSignatures: 8 };

async function signed(signer: Signer, about: Purpose): Promise<FlattenedJws> {
  const draft = unsignedJws(signer, about, payload);
  const signature = await signer.sign(signingInput(draft.protected, draft.payload));
  return { ...draft, signature: toBase64url(signature) };
}

test("jose verifies what we sign", async () => {
  for (const signer of signers) {
    const jws = await signed(signer, purpose);
    const key = await importJWK({ ...signer.key }, signer.algorithm);
    const found = await flattenedVerify(jws, key, { algorithms: [signer.algorithm] });
    assert.deepEqual(new Uint8Array(found.payload), payload);
    assert.deepEqual(found.protectedHeader, { ...purpose, alg: signer.algorithm, kid: signer.kid });
  }
});

test("we verify what jose signs, ES256 only where its s is low", async () => {
  for (const [i, key] of keys.entries()) {
    const signer = signers[i];
    assert.ok(signer);
    const header = { alg: signer.algorithm, kid: signer.kid, ledger: purpose.ledger, typ: purpose.typ };
    const secret = await importJWK({ ...key }, signer.algorithm);
    const verdicts = new Set<string>();
    for (let round = 0; round < 40 && verdicts.size < (header.alg === "ES256" ? 2 : 1); round++) {
      const jws = flattenedJws(limits)(await new FlattenedSign(payload).setProtectedHeader(header).sign(secret), "jws");
      const isHigh = header.alg === "ES256" && (fromBase64url(jws.signature)[32] ?? 0) >= 0x80;
      verdicts.add(isHigh ? "high" : "low");
      const check = () => {
        requireJws(nodeCrypto, signer.key, parseHeader(jws.protected, purpose), jws);
      };
      if (isHigh) assertRefuses("keys/signature", check);
      else check();
    }
  }
});

test("a general JWS of ours passes jose, and one of jose's passes us where its signatures rise", async () => {
  const parts = await Promise.all(signers.map(async (signer) => signed(signer, trust)));
  const signatures = parts
    .map((part) => ({ protected: part.protected, signature: part.signature }))
    .sort((a, b) => (a.protected < b.protected ? -1 : 1));
  const general = generalJws(limits)({ payload: toBase64url(payload), signatures }, "jws");
  for (const signer of signers) {
    await generalVerify(
      { payload: general.payload, signatures: [...general.signatures] },
      await importJWK({ ...signer.key }, signer.algorithm),
      { algorithms: [signer.algorithm] },
    );
  }
  const [okp] = keys.filter((key) => key.kty === "OKP");
  assert.ok(okp);
  const kid = keyId(nodeCrypto, publicPart(okp));
  const theirs = await new GeneralSign(payload)
    .addSignature(await importJWK({ ...okp }, "EdDSA"))
    .setProtectedHeader({ alg: "EdDSA", kid, typ: trust.typ })
    .done()
    .sign();
  const { payload: text, signatures: found } = generalJws(limits)({ ...theirs }, "jws");
  for (const part of found) {
    requireJws(nodeCrypto, publicPart(okp), parseHeader(part.protected, trust), { ...part, payload: text });
  }
});

test("a signature for one document, purpose or ledger fits no other", async () => {
  for (const signer of signers) {
    const jws = await signed(signer, purpose);
    const check = (other: FlattenedJws, about: Purpose) => {
      requireJws(nodeCrypto, signer.key, parseHeader(other.protected, about), other);
    };
    check(jws, purpose);
    const elsewhere = { ...purpose, ledger: "example.org/registry/fedcba9876543210" };
    const moved = unsignedJws(signer, elsewhere, payload);
    assertRefuses("jws/ledger", () => {
      check(jws, elsewhere);
    });
    assertRefuses("keys/signature", () => {
      check({ ...jws, ...moved }, elsewhere);
    });
    assertRefuses("keys/signature", () => {
      check({ ...jws, payload: toBase64url(utf8("{}")) }, purpose);
    });
  }
});

test("a key signs under its own algorithm only", async () => {
  const [ec, okp] = signers;
  assert.ok(ec && okp);
  const draft = unsignedJws({ algorithm: "EdDSA", kid: ec.kid }, purpose, payload);
  const signature = toBase64url(await ec.sign(signingInput(draft.protected, draft.payload)));
  assertRefuses("jws/algorithm", () => {
    requireJws(nodeCrypto, ec.key, parseHeader(draft.protected, purpose), { ...draft, signature });
  });
  assertRefuses("jws/kid", () => {
    requireJws(nodeCrypto, okp.key, parseHeader(draft.protected, purpose), { ...draft, signature });
  });
});
