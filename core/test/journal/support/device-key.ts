import { createHmac, createPublicKey, generateKeyPairSync, hash, sign, verify } from "node:crypto";
import { toBase64url } from "@firmament/core/bytes";
import { type JournalEntry, journalSigningInput, type SignedEntry } from "@firmament/core/journal";
import { type Crypto, publicKey, type PublicKey } from "@firmament/core/keys";

export const crypto: Crypto = {
  sha256: (bytes) => hash("sha256", bytes, "buffer"),
  sha384: (bytes) => hash("sha384", bytes, "buffer"),
  hmacSha256: (key, bytes) => createHmac("sha256", key).update(bytes).digest(),
  verify: (algorithm, key, message, signature) => {
    if (algorithm !== "EdDSA") throw new Error(`${algorithm} signs no journal here`);
    return verify(null, message, createPublicKey({ format: "jwk", key: { ...key } }), signature);
  },
};

export interface DeviceKey {
  readonly key: PublicKey;
  readonly signed: (entry: JournalEntry) => SignedEntry;
}

/** A fresh Ed25519 key and what signs entries with it. */
export function deviceKey(): DeviceKey {
  const pair = generateKeyPairSync("ed25519");
  return {
    key: publicKey(pair.publicKey.export({ format: "jwk" }), "key"),
    signed: (entry) => ({
      entry,
      signature: toBase64url(sign(null, journalSigningInput(crypto, entry), pair.privateKey)),
    }),
  };
}
