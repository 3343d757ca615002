import { createHmac, createPublicKey, generateKeyPairSync, hash, sign, verify } from "node:crypto";
import { algorithmOf, type Crypto, keyId, publicKey, type Signer } from "@firmament/core/keys";

export const crypto: Crypto = {
  sha256: (bytes) => hash("sha256", bytes, "buffer"),
  sha384: (bytes) => hash("sha384", bytes, "buffer"),
  hmacSha256: (key, bytes) => createHmac("sha256", key).update(bytes).digest(),
  verify: (_, key, message, signature) =>
    verify(null, message, createPublicKey({ format: "jwk", key: { ...key } }), signature),
};

/** A fresh Ed25519 key of a device. */
export function deviceSigner(): Signer {
  const pair = generateKeyPairSync("ed25519");
  const key = publicKey(pair.publicKey.export({ format: "jwk" }), "key");
  const algorithm = algorithmOf(key);
  return { kid: keyId(crypto, key), key, algorithm, sign: async (message) => sign(null, message, pair.privateKey) };
}
