import { createHmac, hash, verify } from "node:crypto";
import type { Crypto } from "@firmament/core/keys";
import { toDer } from "./der-signature.ts";
import { KeyObjectCache } from "./key-object-cache.ts";

const keys = new KeyObjectCache(1024);

// A Buffer compares, slices and prints unlike the Uint8Array that the port promises.
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

// Node gives a digest as a text several times faster than as a buffer, whose memory is taken and collected by itself.
function digest(algorithm: string, bytes: Uint8Array): Uint8Array {
  const characters = hash(algorithm, bytes, "binary");
  const found = new Uint8Array(characters.length);
  for (let i = 0; i < found.length; i++) found[i] = characters.charCodeAt(i);
  return found;
}

/** The core's crypto port on `node:crypto`. */
export const nodeCrypto: Crypto = {
  sha256: (bytes) => digest("sha256", bytes),
  sha384: (bytes) => digest("sha384", bytes),
  hmacSha256: (key, bytes) => plain(createHmac("sha256", key).update(bytes).digest()),
  verify(algorithm, key, message, signature) {
    const object = keys.get(key);
    // Bare keys: Node takes a third longer where it is told an encoding or a padding beside them.
    switch (algorithm) {
      case "ES256":
        return signature.length === 64 && verify("sha256", message, object, toDer(signature));
      case "EdDSA":
        return verify(null, message, object, signature);
      case "RS384":
        // PKCS#1 v1.5, which is what Node does with an RSA key.
        return verify("sha384", message, object, signature);
    }
  },
};
