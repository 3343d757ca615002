import { generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { Algorithm } from "@firmament/core/keys";
import { type PrivateKey, privateKey } from "./private-key.ts";

const generate = promisify(generateKeyPair);

function pairOf(algorithm: Algorithm, modulusLength: number): Promise<{ privateKey: KeyObject }> {
  switch (algorithm) {
    case "ES256":
      return generate("ec", { namedCurve: "P-256" });
    case "EdDSA":
      return generate("ed25519");
    case "RS384":
      return generate("rsa", { modulusLength, publicExponent: 65_537 });
  }
}

/**
 * A fresh key of the platform's generator.
 *
 * @param options `modulusBits` of an RSA key, 2048 unless told (source 004)
 */
export async function generateKey(
  algorithm: Algorithm,
  options: { readonly modulusBits?: 2048 | 3072 | 4096 } = {},
): Promise<PrivateKey> {
  const pair = await pairOf(algorithm, options.modulusBits ?? 2048);
  return privateKey(pair.privateKey.export({ format: "jwk" }));
}
