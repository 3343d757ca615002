export { keystoreErrors } from "./errors.ts";
export { readKeyFile, writeKeyFile } from "./key-file.ts";
export { passphraseFromEnvironment } from "./passphrase.ts";
export { derivationRounds, maxDerivationRounds, maxKeyFileBytes, seal, unseal } from "./sealed.ts";
export { keyFor } from "./stored-key.ts";
export type { StoredKey } from "./stored-key.ts";
