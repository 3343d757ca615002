import { algorithmOf, keyId, type Signer, toLowS } from "@firmament/core/keys";
import { nodeCrypto } from "./node-crypto.ts";
import { type PrivateKey, privateKeyObject, publicPart, signWith } from "./private-key.ts";

/** A signer whose key lies in this process' memory, as it came from a key file. */
export function softwareSigner(secret: PrivateKey): Signer {
  const key = publicPart(secret);
  const algorithm = algorithmOf(key);
  const object = privateKeyObject(secret);
  return {
    kid: keyId(nodeCrypto, key),
    key,
    algorithm,
    async sign(message) {
      const signature = signWith(object, algorithm, message);
      return algorithm === "ES256" ? toLowS(signature) : signature;
    },
  };
}
