import { createHmac, createPublicKey, generateKeyPairSync, hash, type KeyObject, sign, verify } from "node:crypto";
import { canonicalBytes } from "@firmament/core/codec";
import { type Crypto, keyId, type PublicKey, publicKey } from "@firmament/core/keys";
import {
  decodeTrustRoot,
  type TrustDocument,
  type TrustSignature,
  trustSigningInput,
  type TrustStep,
} from "@firmament/core/trust";

/** The core's port; a trust root's keys of these tests are all Ed25519. */
export const crypto: Crypto = {
  sha256: (bytes) => hash("sha256", bytes, "buffer"),
  sha384: (bytes) => hash("sha384", bytes, "buffer"),
  hmacSha256: (key, bytes) => createHmac("sha256", key).update(bytes).digest(),
  verify: (_, key, message, signature) =>
    verify(null, message, createPublicKey({ format: "jwk", key: { ...key } }), signature),
};

export interface Key {
  readonly key: PublicKey & { readonly kty: "OKP" };
  readonly kid: string;
  readonly secret: KeyObject;
}

export function newKey(): Key {
  const pair = generateKeyPairSync("ed25519");
  const { crv, kty, x } = pair.publicKey.export({ format: "jwk" });
  const key = publicKey({ crv, kty, x }, "key");
  if (key.kty !== "OKP") throw new TypeError("Ed25519 keys are OKP");
  return { key, kid: keyId(crypto, key), secret: pair.privateKey };
}

/** One organisation: its offline key and its online one. */
export interface Member {
  readonly name: string;
  readonly root: Key;
  readonly cosigner: Key;
}

export function newMember(name: string): Member {
  return { name, root: newKey(), cosigner: newKey() };
}

export function entryOf({ cosigner, name, root }: Member): TrustDocument["organisations"][number] {
  return { cosigners: [{ key: cosigner.key, until: 4_000_000_000 }], name, root: root.key };
}

export const ledger = "test.example/registry/0123456789abcdef";

/** trust/1 of these members: one may be faulty. */
export function firstDocument(members: readonly Member[]): TrustDocument {
  return {
    consistency: false,
    faults: 1,
    freshness: 86_400,
    genesis: hash("sha256", "a genesis", "base64url"),
    ledgers: [{ id: ledger }],
    organisations: members.map(entryOf),
    rootThreshold: 3,
    threshold: 3,
    type: "firmament-trust/v1",
    version: 1,
  };
}

/** The document after `before`, with changes; what only the first has is left out. */
export function nextDocument(before: TrustStep, changes: Partial<TrustDocument> = {}): TrustDocument {
  const root = decodeTrustRoot(crypto, before.document);
  const { genesis: _, ...rest } = root.document;
  return { ...rest, previous: root.digest, version: rest.version + 1, ...changes };
}

export function signDocument(document: Uint8Array, by: readonly Key[]): TrustSignature[] {
  return by
    .map(({ key, kid, secret }) => ({ kid, signature: sign(null, trustSigningInput(crypto, key, document), secret) }))
    .sort((a, b) => (a.kid < b.kid ? -1 : 1));
}

/** A trust root signed by these keys, in key order. */
export function signedStep(document: object, by: readonly Key[]): TrustStep {
  const bytes = canonicalBytes(document);
  return { document: bytes, signatures: signDocument(bytes, by) };
}
