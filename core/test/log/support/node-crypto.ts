import { createHmac, createPrivateKey, createPublicKey, hash, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { Crypto } from "@firmament/core/keys";

/** The core's port over node:crypto; the log needs no other algorithm than Ed25519. */
export const crypto: Crypto = {
  sha256: (bytes) => hash("sha256", bytes, "buffer"),
  sha384: (bytes) => hash("sha384", bytes, "buffer"),
  hmacSha256: (key, bytes) => createHmac("sha256", key).update(bytes).digest(),
  verify: (algorithm, key, message, signature) => {
    if (algorithm !== "EdDSA") throw new Error(`${algorithm} signs no note`);
    return verify(null, message, createPublicKey({ format: "jwk", key: { ...key } }), signature);
  },
};

// PKCS #8 (RFC 8410 section 7) around a 32-byte seed.
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

function privateKeyOf(seed: Uint8Array): KeyObject {
  return createPrivateKey({ format: "der", key: Buffer.concat([PKCS8_PREFIX, seed]), type: "pkcs8" });
}

export function signEd25519(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return sign(null, message, privateKeyOf(seed));
}

/** Raw public key of a 32-byte seed. */
export function publicKeyOf(seed: Uint8Array): Uint8Array {
  const { x = "" } = createPublicKey(privateKeyOf(seed)).export({ format: "jwk" });
  return new Uint8Array(Buffer.from(x, "base64url"));
}
