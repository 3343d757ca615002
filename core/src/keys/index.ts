export { keysErrors } from "./errors.ts";
export { joinedSha256 } from "./joined-hash.ts";
export { toLowS } from "./p256.ts";
export type { Algorithm, Crypto, PublicKey } from "./port.ts";
export { algorithmOf, keyId, publicKey } from "./public-key.ts";
export { fromRawKey, rawKey } from "./raw-key.ts";
export { selfTest } from "./self-test.ts";
export type { Signer } from "./signer.ts";
export { requireSignature, verifySignature } from "./verify.ts";
