export { cryptoErrors } from "./errors.ts";
export { generateKey } from "./generate-key.ts";
export { mintToken, verifyToken } from "./jwt.ts";
export type { TokenClaims } from "./jwt.ts";
export {
  derivationRounds,
  keyFor,
  keystoreErrors,
  maxDerivationRounds,
  maxKeyFileBytes,
  passphraseFromEnvironment,
  readKeyFile,
  seal,
  unseal,
  writeKeyFile,
} from "./keystore/index.ts";
export type { StoredKey } from "./keystore/index.ts";
export { nodeCrypto } from "./node-crypto.ts";
export { privateKeyFromPem, privateKeyToPem, publicKeyFromPem, publicKeyToPem } from "./pem.ts";
export { privateKey, publicPart } from "./private-key.ts";
export type { PrivateKey } from "./private-key.ts";
export { softwareSigner } from "./software-signer.ts";
