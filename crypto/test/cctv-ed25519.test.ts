import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, toBase64url, utf8 } from "@firmament/core/bytes";
import { verifySignature } from "@firmament/core/keys";
import { nodeCrypto } from "@firmament/crypto";
import { needsVectors, readVectors } from "./support/vectors.ts";

interface EdgeCase {
  readonly number: number;
  readonly key: string;
  readonly sig: string;
  readonly msg: string;
  readonly flags: readonly string[] | null;
}

// What the set says of a case, against our equation: canonical A and R, neither of small order, no cofactor. S < L holds in all.
const excluded = new Set([
  "low_order_A",
  "low_order_R",
  "low_order_residue",
  "non_canonical_A",
  "non_canonical_R",
  "reencoded_k",
]);

test("CCTV Ed25519: the 914 edge cases are decided by our equation alone", needsVectors, () => {
  const cases = readVectors<readonly EdgeCase[]>("ed25519-edge/cctv-ed25519vectors.json");
  let accepted = 0;
  for (const { number, key, sig, msg, flags } of cases) {
    const jwk = { crv: "Ed25519", kty: "OKP", x: toBase64url(fromHex(key)) } as const;
    const verdict = verifySignature(nodeCrypto, jwk, utf8(msg), fromHex(sig));
    assert.equal(verdict, !(flags ?? []).some((flag) => excluded.has(flag)), `case ${number}: ${flags?.join(", ")}`);
    if (verdict) accepted++;
  }
  assert.deepEqual([cases.length, accepted], [914, 43]);
});
