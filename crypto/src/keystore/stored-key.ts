import { canonicalBytes, decodeCanonical, digest256, list, object, taggedBy, text } from "@firmament/core/codec";
import { Refusal } from "@firmament/core/errors";
import { keyId } from "@firmament/core/keys";
import { nodeCrypto } from "../node-crypto.ts";
import { type PrivateKey, privateKey, privateMembers, publicPart } from "../private-key.ts";
import { refuse } from "./errors.ts";
import { maxKeyFileBytes } from "./sealed.ts";

/** One key of an actor and what it is for: transactions, manifests and cosignatures have different keys. */
export interface StoredKey {
  /** Lower case, such as `transaction`, `manifest` or `cosigner`; unique in its file. */
  readonly purpose: string;
  readonly key: PrivateKey;
}

const maxKeys = 16;

const purpose = text({ max: 32, pattern: /^[a-z][a-z0-9-]*$/ });
const names = { kid: digest256, purpose };
const storedJwk = taggedBy("kty", {
  EC: object({ ...privateMembers.EC, ...names }),
  OKP: object({ ...privateMembers.OKP, ...names }),
  RSA: object({ ...privateMembers.RSA, ...names }),
});
const jwkSet = object({ keys: list(storedJwk, { min: 1, max: maxKeys }) });

const idOf = (key: PrivateKey): string => keyId(nodeCrypto, publicPart(key));

function requireStorable(keys: readonly StoredKey[]): void {
  const purposes = new Set(keys.map((stored) => stored.purpose));
  if (keys.length < 1 || keys.length > maxKeys || purposes.size < keys.length) {
    throw refuse("keystore/purpose", `Got ${[...purposes].join(", ")} for ${keys.length} keys.`);
  }
  for (const name of purposes) purpose(name, "purpose");
}

/**
 * The JWK Set (RFC 7517 section 5) of an actor's keys, each with its thumbprint and its purpose: a secret.
 *
 * @throws Refusal `keystore/purpose`, `codec/value`
 */
export function encodeKeys(keys: readonly StoredKey[]): Uint8Array {
  requireStorable(keys);
  return canonicalBytes({
    keys: keys.map((stored) => ({ ...stored.key, kid: idOf(stored.key), purpose: stored.purpose })),
  });
}

function decode(bytes: Uint8Array): readonly StoredKey[] {
  const found = jwkSet(decodeCanonical(bytes, { maxBytes: maxKeyFileBytes, maxDepth: 3 }), "keys");
  const keys = found.keys.map(({ kid, purpose: name, ...jwk }) => {
    const key = privateKey(jwk);
    if (idOf(key) !== kid) throw refuse("keystore/damaged");
    return { key, purpose: name };
  });
  requireStorable(keys);
  return keys;
}

/** @throws Refusal `keystore/damaged`, without a cause: the decoders' messages show what they read */
export function decodeKeys(bytes: Uint8Array): readonly StoredKey[] {
  try {
    return decode(bytes);
  } catch (error) {
    if (error instanceof Refusal) throw refuse("keystore/damaged", "It does not hold the keys of this program.");
    throw error;
  }
}

/**
 * The key of a purpose.
 *
 * @throws Refusal `keystore/purpose`
 */
export function keyFor(keys: readonly StoredKey[], name: string): PrivateKey {
  const found = keys.find((stored) => stored.purpose === name);
  if (found !== undefined) return found.key;
  throw refuse(
    "keystore/purpose",
    `There is none for ${name}, only ${keys.map((stored) => stored.purpose).join(", ")}.`,
  );
}
