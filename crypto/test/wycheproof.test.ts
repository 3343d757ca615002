import assert from "node:assert/strict";
import { test } from "node:test";
import { equal, fromHex } from "@firmament/core/bytes";
import { type PublicKey, publicKey, verifySignature } from "@firmament/core/keys";
import { nodeCrypto, publicKeyFromPem } from "@firmament/crypto";
import { needsVectors, readVectors } from "./support/vectors.ts";

interface Case {
  readonly tcId: number;
  readonly msg: string;
  readonly sig: string;
  readonly result: "valid" | "invalid" | "acceptable";
}

interface Vectors {
  readonly testGroups: readonly { readonly publicKeyPem: string; readonly tests: readonly Case[] }[];
}

interface MacVectors {
  readonly testGroups: readonly {
    /** Bits. */
    readonly tagSize: number;
    readonly tests: readonly {
      readonly tcId: number;
      readonly key: string;
      readonly msg: string;
      readonly tag: string;
      readonly result: "valid" | "invalid";
    }[];
  }[];
}

const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const isHighS = (signature: string): boolean => BigInt(`0x${signature.slice(64)}`) > N / 2n;

function* casesOf(name: string): Generator<Case & { readonly key: PublicKey; readonly accepted: boolean }> {
  for (const { publicKeyPem, tests } of readVectors<Vectors>(`wycheproof/${name}_test.json`).testGroups) {
    const key = publicKey(publicKeyFromPem(publicKeyPem), "key");
    for (const one of tests) {
      yield { ...one, key, accepted: verifySignature(nodeCrypto, key, fromHex(one.msg), fromHex(one.sig)) };
    }
  }
}

test("Wycheproof Ed25519: 151 of 151 as stated", needsVectors, () => {
  let accepted = 0;
  for (const one of casesOf("ed25519")) {
    assert.equal(one.accepted, one.result === "valid", `tcId ${one.tcId}`);
    if (one.accepted) accepted++;
  }
  assert.equal(accepted, 88);
});

test(
  "Wycheproof ECDSA P-256: 262 of 262 as stated, but the 70 valid ones with high s are refused",
  needsVectors,
  () => {
    const counts = { accepted: 0, highS: 0, refused: 0 };
    for (const one of casesOf("ecdsa_secp256r1_sha256_p1363")) {
      const highS = one.result === "valid" && isHighS(one.sig);
      assert.equal(one.accepted, one.result === "valid" && !highS, `tcId ${one.tcId}`);
      counts[one.accepted ? "accepted" : highS ? "highS" : "refused"]++;
    }
    assert.deepEqual(counts, { accepted: 103, highS: 70, refused: 89 });
  },
);

test("Wycheproof HMAC-SHA-256: 174 of 174 as stated, truncated macs compared as far as they go", needsVectors, () => {
  const { testGroups } = readVectors<MacVectors>("wycheproof/hmac_sha256_test.json");
  const counts = { invalid: 0, valid: 0 };
  for (const { tagSize, tests } of testGroups) {
    for (const { key, msg, result, tag, tcId } of tests) {
      const mac = nodeCrypto.hmacSha256(fromHex(key), fromHex(msg)).subarray(0, tagSize / 8);
      assert.equal(equal(mac, fromHex(tag)), result === "valid", `tcId ${tcId}`);
      counts[result]++;
    }
  }
  assert.deepEqual(counts, { invalid: 108, valid: 66 });
});

test(
  "[S4-54] RSA-2048 with SHA-384: Wycheproof's 258 as stated, a DigestInfo without NULL is refused",
  needsVectors,
  () => {
    let accepted = 0;
    for (const one of casesOf("rsa_signature_2048_sha384")) {
      assert.equal(one.accepted, one.result === "valid", `tcId ${one.tcId} ${one.result}`);
      if (one.accepted) accepted++;
    }
    assert.equal(accepted, 7);
  },
);
