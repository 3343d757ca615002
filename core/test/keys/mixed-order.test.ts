import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { selfTestVectors, type SignatureVector } from "../../src/keys/vectors/index.ts";
import {
  add,
  BASE,
  decode,
  encode,
  fromLittleEndian,
  IDENTITY,
  L,
  multiply,
  negate,
  type Point,
} from "./support/edwards.ts";

interface Equation {
  /** R + [k]A - [S]B, with k reduced modulo L: the identity where the cofactorless equation holds. */
  readonly residue: Point;
  /** The same with k as the 512-bit integer that RFC 8032 section 5.1.7 writes down. */
  readonly unreduced: Point;
}

function equationOf({ key, message, signature }: SignatureVector): Equation {
  assert.equal(key.kty, "OKP");
  const [a, r] = [Buffer.from(key.x, "base64url"), Buffer.from(signature.slice(0, 64), "hex")];
  const k = fromLittleEndian(createHash("sha512").update(r).update(a).update(Buffer.from(message, "hex")).digest());
  const base = multiply(fromLittleEndian(Buffer.from(signature.slice(64), "hex")), BASE);
  const difference = add(decode(r), negate(base));
  return {
    residue: add(difference, multiply(k % L, decode(a))),
    unreduced: add(difference, multiply(k, decode(a))),
  };
}

const isIdentity = (point: Point): boolean => Buffer.compare(encode(point), encode(IDENTITY)) === 0;
const mixed = selfTestVectors.filter((vector) => vector.name.startsWith("ed25519-mixed-"));

test("the self test's mixed-order vectors divide the verification equations, by arithmetic of our own", () => {
  assert.equal(mixed.length, 6);
  for (const vector of mixed) {
    const { residue } = equationOf(vector);
    assert.equal(isIdentity(multiply(8n, residue)), true, `${vector.name}: the cofactored equation accepts all`);
    assert.equal(isIdentity(residue), vector.valid, `${vector.name}: the cofactorless one accepts some`);
  }
});

test("reducing k first or last is visible with a key of mixed order, in both directions", () => {
  const verdicts = mixed.flatMap((vector) => {
    const { residue, unreduced } = equationOf(vector);
    return isIdentity(residue) === isIdentity(unreduced) ? [] : [vector.valid];
  });
  assert.deepEqual(new Set(verdicts), new Set([true, false]));
});
